import assert from "node:assert/strict";
import { test } from "node:test";
import { addDeclarations } from "./library-declarations.ts";
import type { DriverSignature } from "./library-signature.ts";
import { testLibrary } from "./testing/library.ts";

test("a signature gets documentation and places from the sources", () => {
  const text = `/// Puts a folio.
fn folio_put(folio) { }
/// A test device.
driver dmirror {
  /// Guards the table.
  lock mutex
  option granularity 9
  /// Whether a full device makes room.
  option invalidate off
  /// Entries are going to change.
  on invalidate(sub, range, seq) { }
  on device_fault(addr, access) { }
}
driver amdkfd extends dmirror { }
/// The kernel of 2025.
kernel "linux-6.15" { /// Says it to all.
  option notify_exclusive off }
`;
  const library = addDeclarations(testLibrary, [{ path: "kernel/a.hmm", text }]);
  const written = (location: { start: number; end: number } | undefined) => text.slice(location?.start, location?.end);
  const fn = library.functions.find((row) => row.name === "folio_put");
  assert.deepEqual([fn?.doc, written(fn?.location)], ["Puts a folio.", "folio_put"]);
  const driver = library.drivers.find((row) => row.name === "dmirror");
  assert.deepEqual([driver?.doc, written(driver?.location)], ["A test device.", "dmirror"]);
  assert.deepEqual(driver?.members[0]?.doc, "Guards the table.");
  assert.equal(written(driver?.callbacks[0]?.location), "device_fault");
  const inherited = library.drivers.find((row) => row.name === "amdkfd")?.options[0];
  assert.deepEqual([inherited?.default, written(inherited?.location)], ["9", "granularity"]);
  const named = { ...testLibrary, drivers: testLibrary.drivers.map(withOption) };
  const twice = addDeclarations(named, [{ path: "kernel/a.hmm", text }]).drivers.find((row) => row.name === "dmirror");
  assert.deepEqual(
    [twice?.options[0], twice?.callbacks[1]].map((row) => row?.doc),
    ["Whether a full device makes room.", "Entries are going to change."],
    "an option may be called as a callback",
  );
  assert.equal(twice?.options[0]?.default, "off");
  const profile = library.profiles.find((row) => row.name === "linux-6.15");
  assert.deepEqual([profile?.doc, written(profile?.location)], ["The kernel of 2025.", '"linux-6.15"']);
  assert.equal(profile?.options[0]?.location?.file, "kernel/a.hmm");
});

function withOption(driver: DriverSignature): DriverSignature {
  return { ...driver, options: [{ name: "invalidate", default: "", doc: "", location: undefined }] };
}
