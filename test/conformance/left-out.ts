/**
 * Functions that a trace of a real kernel names and the model does not have: docs/model-limits.md says of each, by name, why it
 * is left out and what follows from that.
 */
export const LEFT_OUT: ReadonlySet<string> = new Set<string>(["try_grab_folio"]);
