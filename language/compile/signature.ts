/** What checks and editor features must know of the compiled library. */

import { INVARIANTS } from "../../sim-core/checks/index.ts";
import { fields } from "../../sim-core/machine/fields.ts";
import { BASE_WORDS, ERROR_NAMES } from "../../sim-core/store/words.ts";
import { IsKind } from "../../sim-core/vm/op.ts";
import { primitives } from "../../sim-core/vm/primitives.ts";
import type { FunctionInfo, VariableInfo } from "../../sim-core/vm/program.ts";
import type {
  DriverSignature,
  FunctionSignature,
  LibraryLocation,
  LibrarySignature,
  MemberSignature,
  OptionSignature,
  ProfileSignature,
} from "../library-signature.ts";
import type { CompiledDriver, Library } from "./builder.ts";

/** The profile of a file that names none: the newest one that ships. */
export const DEFAULT_PROFILE = "linux-7.0";

/** Describes a library for the checks and the editor features. */
export function signatureOf(library: Library): LibrarySignature {
  const location = (fn: FunctionInfo): LibraryLocation => ({
    file: library.sources[fn.spot.source]?.path ?? "",
    start: fn.spot.start,
    end: fn.spot.end,
  });
  const functionSignature = (id: number): FunctionSignature => {
    const fn = library.functions[id] as FunctionInfo;
    const params = fn.slots.slice(0, fn.params);
    return { name: fn.name, params, optional: 0, named: [], doc: fn.doc ?? "", location: location(fn) };
  };
  const member = (variable: VariableInfo): MemberSignature => {
    const kind =
      variable.option !== undefined
        ? "option"
        : variable.kind === "spin" || variable.kind === "rw"
          ? "lock"
          : variable.kind;
    return { name: variable.option ?? variable.name, kind, params: [], doc: "", location: undefined };
  };
  const struct = (name: string, id: number): MemberSignature => ({
    name,
    kind: "struct",
    params: (library.structs[id]?.fields ?? []).map((f) => library.fieldNames[f] ?? ""),
    doc: "",
    location: undefined,
  });
  const constant = (name: string): MemberSignature => ({
    name,
    kind: "const",
    params: [],
    doc: "",
    location: undefined,
  });
  const option = (variable: VariableInfo): OptionSignature => ({
    name: variable.option ?? "",
    default: "",
    doc: "",
    location: undefined,
  });

  const driver = (d: CompiledDriver): DriverSignature => ({
    name: d.name,
    doc: d.doc ?? "",
    callbacks: Object.values(d.callbacks).map(functionSignature),
    options: d.variables.filter((v) => v.option !== undefined).map(option),
    members: [
      ...d.variables.map(member),
      ...Object.keys(d.constants).map(constant),
      ...Object.entries(d.structs).map(([name, id]) => struct(name, id)),
      ...Object.entries(d.functions).map(([name, id]): MemberSignature => {
        const fn = functionSignature(id);
        return { name, kind: "fn", params: fn.params, doc: fn.doc, location: fn.location };
      }),
    ],
    location: undefined,
  });
  /** A profile's own switches and, from the nearest on, those of the profiles that it is built on. */
  const optionsOf = (p: Library["profiles"][number]): ReadonlySet<string> => {
    const names = new Set<string>();
    const seen = new Set<string>();
    for (let at: typeof p | undefined = p; at !== undefined && !seen.has(at.name); ) {
      seen.add(at.name);
      for (const name of Object.keys(at.options)) names.add(name);
      const base: string | undefined = at.extends;
      at = library.profiles.find((other) => other.name === base);
    }
    return names;
  };
  const profile = (p: Library["profiles"][number]): ProfileSignature => ({
    name: p.name,
    doc: p.doc ?? "",
    options: [...optionsOf(p)].map((name) => ({ name, default: "", doc: "", location: undefined })),
    location: undefined,
  });

  const functions = new Map<string, FunctionSignature>();
  library.functions.forEach((fn, id) => {
    if (fn.role === "fn" && library.slotNames.includes(fn.name) && !functions.has(fn.name)) {
      functions.set(fn.name, functionSignature(id));
    }
  });
  const fieldDocs = new Map(fields.map((f) => [f.name, f.doc]));
  for (const structType of library.structs) {
    for (const field of structType.fields) {
      const name = library.fieldNames[field] ?? "";
      if (!fieldDocs.has(name)) fieldDocs.set(name, "");
    }
  }
  for (const d of library.drivers) for (const v of d.variables) if (v.option === undefined) fieldDocs.set(v.name, "");
  if (!fieldDocs.has("length")) fieldDocs.set("length", "How many elements a list has.");

  return {
    profiles: library.profiles.map(profile),
    defaultProfile: DEFAULT_PROFILE,
    drivers: library.drivers.map(driver),
    functions: [...functions.values()],
    members: [
      ...library.variables.map(member),
      ...Object.keys(library.namedConstants).map(constant),
      ...Object.entries(library.structNames)
        .filter(([name]) => name !== "")
        .map(([name, id]) => struct(name, id)),
    ],
    primitives: primitives.map((p) => ({
      name: p.name,
      params: p.params.map((name) => name.replace(/\?$/, "")),
      optional: p.params.filter((name) => name.endsWith("?")).length,
      named: [],
      doc: p.doc,
      location: undefined,
    })),
    words: library.words.filter((w) => !w.startsWith(".")).map((name) => ({ name, doc: "" })),
    errors: ERROR_NAMES.map((name) => ({ name, doc: "" })),
    fields: [...fieldDocs].map(([name, doc]) => ({ name, doc })),
    invariants: INVARIANTS.map((i) => ({ id: i.id, doc: i.statement, onByDefault: i.offBecause === undefined })),
    valueKinds: Object.keys(IsKind),
  };
}

/** How many words a library has before any file adds its own. */
export const BASE_WORD_COUNT = BASE_WORDS.length;
