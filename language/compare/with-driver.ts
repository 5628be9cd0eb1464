/** A scenario with other drivers. */
import { parse } from "../syntax/parser.ts";
import type { DeviceDecl } from "../syntax/tree.ts";

/**
 * The text with `driver` in place of those in `instead`, or of all if no device uses one of those. No line is longer or shorter by a line
 * break.
 */
export function withDriver(text: string, driver: string, instead: readonly string[]): string {
  const devices = parse(text).file.items.filter((item): item is DeviceDecl => item.kind === "device");
  const meant = devices.filter((device) => instead.includes(device.driver.text));
  let changed = text;
  for (const { driver: used } of (meant.length > 0 ? meant : devices).toReversed()) {
    changed = changed.slice(0, used.start) + driver + changed.slice(used.end);
  }
  return changed;
}
