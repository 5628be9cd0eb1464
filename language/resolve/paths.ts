/** Paths of imports, without a file system: POSIX and Windows paths and URIs alike. */

/** The path that `relative` names, as seen from the file at `from`. An absolute path or URI is itself. */
export function joinPath(from: string, relative: string): string {
  if (/^([a-zA-Z][a-zA-Z0-9+.-]*:|[/\\])/.test(relative)) return relative;
  const slash = Math.max(from.lastIndexOf("/"), from.lastIndexOf("\\"));
  const folder = slash < 0 ? "" : from.slice(0, slash + 1);
  const separator = folder.includes("\\") && !folder.includes("/") ? "\\" : "/";
  const root = /^([a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/]*\/|[a-zA-Z]:[/\\]|[/\\])?/.exec(folder)?.[0] ?? "";
  const parts: string[] = [];
  for (const part of `${folder.slice(root.length)}${relative}`.split(/[/\\]/)) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (root === "") parts.push("..");
  }
  return root + parts.join(separator);
}
