/**
 * Where the library's functions, drivers, profiles … are declared and what their documentation says, taken from its
 * sources: what hover and go to definition show, and running does not need.
 */

import type {
  DriverSignature,
  FunctionSignature,
  LibraryLocation,
  LibrarySignature,
  MemberSignature,
  OptionSignature,
} from "./library-signature.ts";
import { parse } from "./syntax/parser.ts";
import type { CallbackDecl, DriverDecl, KernelDecl, Member, SettingValue, Span } from "./syntax/tree.ts";
import { isMember } from "./syntax/tree.ts";

/** A file of the library. */
export interface LibrarySource {
  /** As the library names it: `kernel/memory.hmm`. */
  readonly path: string;
  readonly text: string;
}

interface Declared {
  readonly doc: string;
  readonly location: LibraryLocation;
}

interface DeclaredMembers extends Declared {
  readonly members: ReadonlyMap<string, Declared & { readonly default: string }>;
  readonly extends: string | undefined;
}

/** The signature with the documentation, locations and defaults that `sources` have for what is in it. */
export function addDeclarations(signature: LibrarySignature, sources: readonly LibrarySource[]): LibrarySignature {
  const top = new Map<string, Declared>();
  const drivers = new Map<string, DeclaredMembers>();
  const profiles = new Map<string, DeclaredMembers>();
  for (const { path, text } of sources) {
    for (const item of parse(text).file.items) {
      if (item.kind === "driver") {
        drivers.set(item.name.text, membersOf(path, item, item.name, item.extends?.text));
      } else if (item.kind === "kernel" && item.profile !== undefined) {
        const base = item.extends?.kind === "string" ? item.extends.value : undefined;
        profiles.set(item.profile.value, membersOf(path, item, item.profile, base));
      } else if (isMember(item)) {
        top.set(item.name.text, declared(path, item.name, item.doc));
      }
    }
  }
  const ofProfiles = new Map([...profiles.values()].flatMap(({ members }) => [...members]));
  return {
    ...signature,
    functions: signature.functions.map((row) => described(row, top.get(row.name) ?? ofProfiles.get(row.name))),
    members: signature.members.map((row) =>
      described(row, top.get(row.name) ?? ofProfiles.get(keyOf(row.name, row.kind))),
    ),
    drivers: signature.drivers.map((driver) => describedDriver(driver, drivers)),
    profiles: signature.profiles.map((profile) => ({
      ...described(profile, profiles.get(profile.name)),
      options: profile.options.map((option) => describedOption(option, profile.name, profiles)),
    })),
  };
}

function declared(path: string, name: Span, doc: string | undefined): Declared {
  return { doc: doc ?? "", location: { file: path, start: name.start, end: name.end } };
}

function membersOf(path: string, item: DriverDecl | KernelDecl, name: Span, base: string | undefined): DeclaredMembers {
  const callbacks: readonly CallbackDecl[] = item.kind === "driver" ? item.callbacks : [];
  const all: readonly (Member | CallbackDecl)[] = [...item.members, ...callbacks];
  const members = new Map(
    all.map((member) => [
      keyOf(member.name.text, member.kind),
      {
        ...declared(path, member.name, member.doc),
        default: member.kind === "option" ? written(member.value) : "",
      },
    ]),
  );
  return { ...declared(path, name, item.doc), members, extends: base };
}

/** What a member is found by: a driver may have an option that is called as one of its callbacks (`evict`). */
function keyOf(name: string, kind: string): string {
  return kind === "option" ? `option ${name}` : name;
}

function written(value: SettingValue | undefined): string {
  if (value === undefined) return "";
  if (value.kind === "name") return value.text;
  return value.kind === "size" ? `${value.value}${value.unit === undefined ? "" : ` ${value.unit}`}` : value.value;
}

function described<T extends { readonly doc: string; readonly location: LibraryLocation | undefined }>(
  row: T,
  found: Declared | undefined,
): T {
  if (found === undefined) return row;
  return { ...row, doc: found.doc === "" ? row.doc : found.doc, location: found.location };
}

/** What `name` is declared as in a driver or profile, or in the nearest one that it extends. */
function inherited(owner: string, name: string, owners: ReadonlyMap<string, DeclaredMembers>) {
  const seen = new Set<string>();
  for (let at: string | undefined = owner; at !== undefined && !seen.has(at); at = owners.get(at)?.extends) {
    seen.add(at);
    const found = owners.get(at)?.members.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function describedOption(
  option: OptionSignature,
  owner: string,
  owners: ReadonlyMap<string, DeclaredMembers>,
): OptionSignature {
  const found = inherited(owner, keyOf(option.name, "option"), owners);
  return found === undefined ? option : { ...described(option, found), default: option.default || found.default };
}

function describedDriver(driver: DriverSignature, drivers: ReadonlyMap<string, DeclaredMembers>): DriverSignature {
  const member = <T extends FunctionSignature | MemberSignature>(row: T): T =>
    described(row, inherited(driver.name, keyOf(row.name, "kind" in row ? row.kind : "on"), drivers));
  return {
    ...described(driver, drivers.get(driver.name)),
    callbacks: driver.callbacks.map(member),
    members: driver.members.map(member),
    options: driver.options.map((option) => describedOption(option, driver.name, drivers)),
  };
}
