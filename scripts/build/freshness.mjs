// Which parts of dist/ are still what their sources say. Every part keeps a record of the files it was made from and
// their times and sizes; comparing costs one stat per file. Plain JavaScript, for hmm.mjs asks this on any Node.

import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * @typedef {object} Record What a part was made from and what it made.
 * @property {{ [path: string]: string }} inputs fingerprint by path, relative to the project's root; a folder's changes
 *   when files come or go
 * @property {string[]} outputs paths relative to the project's root
 */

/**
 * @param {string} root
 * @param {string} part
 */
function recordPath(root, part) {
  return join(root, "dist", ".build", `${part}.json`);
}

/**
 * A short text that changes when the file or folder does; "absent" where there is none.
 *
 * @param {string} path
 */
export function fingerprint(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? "absent" : `${stat.mtimeMs}:${stat.isDirectory() ? "folder" : stat.size}`;
}

/**
 * Whether the part's outputs are there and made from the sources as they are now.
 *
 * @param {string} root absolute path of the project
 * @param {string} part
 */
export function isFresh(root, part) {
  const path = recordPath(root, part);
  if (!existsSync(path)) return false;
  /** @type {Record} */
  const record = JSON.parse(readFileSync(path, "utf8"));
  return (
    record.outputs.every((output) => existsSync(join(root, output))) &&
    Object.entries(record.inputs).every(([input, was]) => fingerprint(join(root, input)) === was)
  );
}

/**
 * Keeps the record of a part that was just built. The fingerprints must have been taken before the build read the files.
 *
 * @param {string} root
 * @param {string} part
 * @param {Record} record
 */
export function keepRecord(root, part, record) {
  const path = recordPath(root, part);
  mkdirSync(join(path, ".."), { recursive: true });
  replaceFile(path, JSON.stringify(record));
}

/**
 * Writes a file so that a reader sees either the old or the new content, never half of one.
 *
 * @param {string} path
 * @param {string | Uint8Array} content
 */
export function replaceFile(path, content) {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, content);
  renameSync(temporary, path);
}
