/** Runs operation lists on a real kernel: see test/oracle/README.md. What was recorded once is kept. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

const scripts = join(import.meta.dirname, "..", "oracle");

/** A list to be recorded. */
export interface ToRecord {
  readonly text: string;
  /** Options of run.sh: `--fixed`, `--coherent`. */
  readonly options: string;
}

/** Lists that one boot runs at most. */
const BATCH = 50;
/** Seconds that a boot may take. */
const SECONDS = 580;

function oracleFolder(): string {
  return process.env.HMM_ORACLE_DIR ?? join(homedir(), ".cache", "hmm-oracle");
}

/** Builds what is not built yet. @throws Error if that fails */
export function ensureOracle(): void {
  if (existsSync(join(oracleFolder(), "kernel")) && existsSync(join(oracleFolder(), "runner.cpio.gz"))) return;
  process.stderr.write("Building the oracle's kernel; that takes some minutes …\n");
  const built = spawnSync(join(scripts, "build.sh"), { stdio: ["ignore", "inherit", "inherit"] });
  if (built.status !== 0) throw new Error("test/oracle/build.sh failed");
}

/** Records lists, in their order. `onBatch` is told how many of how many have been recorded. */
export function record(
  lists: readonly ToRecord[],
  onBatch: (done: number, all: number) => void = () => undefined,
): string[] {
  const cache = join(oracleFolder(), "recorded");
  mkdirSync(cache, { recursive: true });
  const file = (list: ToRecord): string => join(cache, `${keyOf(list)}.txt`);
  const missing = lists.filter((list, i) => !existsSync(file(list)) && lists.findIndex((l) => same(l, list)) === i);
  // A list that releases a device's memory has a boot of its own: where the driver takes it anew, the next list's runner does not know.
  const byBoot = Map.groupBy(missing, (list) => (/^(\w+> )?release /m.test(list.text) ? keyOf(list) : list.options));
  let done = lists.length - missing.length;
  for (const group of byBoot.values()) {
    const options = group[0]?.options ?? "";
    for (let from = 0; from < group.length; from += BATCH) {
      const batch = group.slice(from, from + BATCH);
      boot(batch, options).forEach((text, i) => {
        const list = batch[i];
        if (list !== undefined) writeFileSync(file(list), text);
      });
      done += batch.length;
      onBatch(done, lists.length);
    }
  }
  return lists.map((list) => readFileSync(file(list), "utf8"));
}

function same(a: ToRecord, b: ToRecord): boolean {
  return a.text === b.text && a.options === b.options;
}
let built: string | undefined;
function keyOf({ text, options }: ToRecord): string {
  built ??= existsSync(join(oracleFolder(), "built")) ? readFileSync(join(oracleFolder(), "built"), "utf8") : "";
  return createHash("sha256").update(`${built}\n${options}\n${text}`).digest("hex").slice(0, 32);
}

/** Boots once and runs lists. Returns what was seen of each. */
function boot(lists: readonly ToRecord[], options: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), "hmm-lists-"));
  try {
    const paths = lists.map(({ text }, i) => {
      const path = join(folder, `${i}.txt`);
      writeFileSync(path, text);
      return path;
    });
    const args = ["--brief", ...options.split(" ").filter((word) => word !== ""), ...paths];
    const env = { ...process.env, HMM_ORACLE_TIMEOUT: String(SECONDS) };
    const ran = spawnSync(join(scripts, "run.sh"), args, { encoding: "utf8", env, maxBuffer: 1 << 30 });
    const parts = ran.stdout.split(/^(?=\{"list": )/m).filter((part) => part.startsWith('{"list": '));
    if (ran.status !== 0 || parts.length !== lists.length) {
      throw new Error(`the oracle ran ${parts.length} of ${lists.length} lists: ${ran.stderr.trim()}`);
    }
    return parts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
