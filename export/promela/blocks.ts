/** C text as blocks that SPIN's parser takes: it keeps each in a buffer of 64 KiB. */

const MOST = 40_000;

/** The definitions of `parts`, each whole, in as few blocks of `kind` as have room for them. */
export function blocks(kind: "c_decl" | "c_code", parts: readonly string[]): string {
  const texts: string[] = [];
  let text = "";
  for (const part of parts.flatMap(pieces)) {
    if (text !== "" && text.length + part.length > MOST) {
      texts.push(text);
      text = "";
    }
    text += `${part}\n`;
  }
  if (text !== "") texts.push(text);
  return texts.map((t) => `${kind} {\n${t}}\n`).join("\n");
}

/** A part cut between definitions: behind lines that end one, as all C here is written. */
function pieces(part: string): string[] {
  const found: string[] = [];
  let from = 0;
  for (const match of part.matchAll(/^\}.*;?\n/gm)) {
    const end = match.index + match[0].length;
    found.push(part.slice(from, end));
    from = end;
  }
  found.push(part.slice(from));
  return found.filter((piece) => piece.trim() !== "");
}
