/** The library's signature, indexed by name. Made once for each signature. */

import type {
  DriverSignature,
  FunctionSignature,
  LibrarySignature,
  MemberSignature,
  ProfileSignature,
  WordSignature,
} from "../library-signature.ts";

/** A signature by name. Of functions that several profiles have, the first. */
export interface LibraryIndex {
  readonly functions: ReadonlyMap<string, FunctionSignature>;
  readonly members: ReadonlyMap<string, MemberSignature>;
  readonly primitives: ReadonlyMap<string, FunctionSignature>;
  readonly words: ReadonlyMap<string, WordSignature>;
  readonly errors: ReadonlyMap<string, WordSignature>;
  /** Fields of handles, of the kernel model's structs, and variables of drivers (`self.mutex`). */
  readonly fields: ReadonlyMap<string, WordSignature>;
  readonly drivers: ReadonlyMap<string, DriverSignature>;
  readonly profiles: ReadonlyMap<string, ProfileSignature>;
  /** Functions and callbacks that drivers have, by name. */
  readonly methods: ReadonlyMap<string, FunctionSignature>;
}

const indexes = new WeakMap<LibrarySignature, LibraryIndex>();

/** The index of a signature. */
export function indexLibrary(library: LibrarySignature): LibraryIndex {
  let index = indexes.get(library);
  if (index === undefined) {
    index = makeIndex(library);
    indexes.set(library, index);
  }
  return index;
}

function makeIndex(library: LibrarySignature): LibraryIndex {
  const fields = byName(library.fields);
  const methods = new Map<string, FunctionSignature>();
  for (const member of library.members) {
    if (member.kind === "struct") for (const name of member.params) addField(fields, name, `Field of ${member.name}.`);
  }
  for (const driver of library.drivers) {
    for (const callback of driver.callbacks) if (!methods.has(callback.name)) methods.set(callback.name, callback);
    for (const member of driver.members) {
      if (member.kind === "struct")
        for (const name of member.params) addField(fields, name, `Field of ${member.name}.`);
      else addField(fields, member.name, member.doc);
    }
    for (const option of driver.options) addField(fields, option.name, option.doc);
  }
  return {
    functions: byName(library.functions),
    members: byName(library.members),
    primitives: byName(library.primitives),
    words: byName(library.words),
    errors: byName(library.errors),
    fields,
    drivers: byName(library.drivers),
    profiles: byName(library.profiles),
    methods,
  };
}

function byName<T extends { readonly name: string }>(rows: readonly T[]): Map<string, T> {
  const map = new Map<string, T>();
  for (const row of rows) if (!map.has(row.name)) map.set(row.name, row);
  return map;
}

function addField(fields: Map<string, WordSignature>, name: string, doc: string): void {
  if (!fields.has(name)) fields.set(name, { name, doc });
}
