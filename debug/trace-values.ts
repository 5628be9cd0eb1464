/** What an expression is at a moment of a trace: a field of what happened, or of a page as the last statement left it. */

/** A line of a trace, or an object in it. */
export type Fields = Readonly<Record<string, unknown>>;

/** `pte(buf[1]).kind`, `mirror(gpu0, a.buf[1])`, `folio(counter).refcount`. */
const fact =
  /^(pte|folio|mirror)\s*\(\s*(?:(\w+)\s*,\s*)?(?:(\w+)\s*\.\s*)?(\w+)\s*(?:\[\s*(\d+)\s*\])?\s*\)(?:\s*\.\s*(\w+))?$/;

/** The value of an expression; undefined if the trace does not have it. `pages`: those of the state that is known. */
export function valueIn(expression: string, moment: Fields, pages: readonly Fields[]): unknown {
  const text = expression.trim();
  if (Object.hasOwn(moment, text)) return moment[text];
  const [, name = "", device, process, region, page = "0", field] = fact.exec(text) ?? [];
  if (name === "" || (name === "mirror") !== (device !== undefined)) return undefined;
  const found = pages.find(
    (p) => p.region === region && p.page === Number(page) && (process === undefined || p.process === process),
  );
  const object = name === "mirror" ? fieldOf(found?.mirrors, device ?? "") : found?.[name];
  return field === undefined ? object : fieldOf(object, field);
}
function fieldOf(object: unknown, name: string): unknown {
  return isFields(object) && Object.hasOwn(object, name) ? object[name] : undefined;
}
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}
