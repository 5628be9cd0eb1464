/** Requests about data: what can be watched, what is set by hand, and memory. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { Assigner } from "./assign.ts";
import type { Data } from "./data.ts";
import { dataId } from "./data.ts";
import type { DataRequest } from "./data-breakpoints.ts";
import type { Inspector } from "./inspector.ts";
import { fromBase64, memoryReference, READ_LIMIT, readBytes, referredTo, toBase64, wordsWith } from "./memory.ts";
import type { DataStop } from "./protocol.ts";
import type { Arguments } from "./request.ts";
import { RequestError } from "./request.ts";
import type { Session } from "./session.ts";
import type { Frame } from "./stop.ts";

/** What a change by hand tells the client of. */
export interface Changed {
  /** The memory that was written, if it was some. */
  readonly memory?: Extract<Data, { kind: "range" }>;
}

export class DataRequests {
  private readonly session: Session;
  private readonly inspector: Inspector;
  private readonly assigner: Assigner;
  private readonly onChanged: (changed: Changed) => void;

  /** `onChanged` is called after each change by hand. */
  constructor(session: Session, inspector: Inspector, onChanged: (changed: Changed) => void) {
    this.session = session;
    this.inspector = inspector;
    this.assigner = new Assigner(session);
    this.onChanged = onChanged;
  }

  // ------------------------------------------------------------------------------------------ data breakpoints

  dataBreakpointInfo(args: Arguments): DebugProtocol.DataBreakpointInfoResponse["body"] {
    const { data: reader } = this.session;
    const name = args.string("name");
    const named = this.dataNamed(args, name);
    if (typeof named === "string") return { dataId: null, description: named };
    const found = reader.watchable(named);
    const accessTypes: DebugProtocol.DataBreakpointAccessType[] = reader.canBeRead(found)
      ? ["read", "write", "readWrite"]
      : ["write"];
    return {
      dataId: dataId(found),
      description: reader.name(found),
      accessTypes,
      canPersist: reader.canPersist(found),
    };
  }
  /** The datum that a request means, or why there is none. */
  private dataNamed(args: Arguments, name: string): Data | string {
    const { data: reader } = this.session;
    const bytes = args.optionalNumber("bytes");
    const reference = args.optionalNumber("variablesReference") ?? 0;
    if (args.flag("asAddress")) {
      const { process, address } = referredTo(this.session, name);
      return reader.range(process, address, bytes ?? 8);
    }
    if (reference > 0) {
      const node = this.inspector.child(reference, name);
      if (node === undefined) return `There is nothing called '${name}' here.`;
      const data =
        node.data ?? (node.evaluateName === undefined ? undefined : reader.ofExpression(node.evaluateName, undefined));
      if (data === undefined) return `${name} is not kept anywhere: it follows from other things.`;
      return this.widened(data, bytes);
    }
    const id = args.optionalNumber("frameId");
    const frame = id === undefined ? undefined : this.inspector.frameOf(id);
    const local = frame === undefined ? undefined : this.session.locals.slot(frame, name.trim());
    const spelled = this.session.evaluator.spelled(name, frame);
    const range = local === undefined ? reader.address(spelled) : undefined;
    if (range !== undefined) return this.rangeOr(range.process, range.start, bytes ?? range.bytes);
    const data = reader.ofExpression(name, frame);
    if (data !== undefined) return data;
    if (this.session.evaluate(name, frame, true).ok)
      return `'${name}' cannot be watched: it lasts no longer than this stop.`;
    return reader.followed(spelled);
  }
  /** A range, or why there is none. */
  private rangeOr(process: number, start: number, bytes: number): Data | string {
    try {
      return this.session.data.range(process, start, bytes);
    } catch (error) {
      if (error instanceof RequestError) return error.message;
      throw error;
    }
  }
  private widened(data: Data, bytes: number | undefined): Data {
    const memory = bytes === undefined ? undefined : this.session.data.memoryOf(data);
    return memory === undefined ? data : this.session.data.range(memory.process, memory.start, bytes ?? 8);
  }

  // ------------------------------------------------------------------------------------------- changes by hand

  setVariable(args: Arguments): DebugProtocol.SetVariableResponse["body"] {
    const reference = args.number("variablesReference");
    const name = args.string("name");
    const node = this.inspector.child(reference, name);
    if (node === undefined) throw new RequestError(`There is nothing called '${name}' here.`);
    const value = args.string("value");
    let memory: Data | undefined;
    if (node.kind === "property") throw new RequestError(`${name} cannot be set: it only says where this is.`);
    if (node.data !== undefined) this.assigner.setData(node.data, value, undefined);
    else if (node.evaluateName !== undefined) memory = this.assigner.setExpression(node.evaluateName, value, undefined);
    else throw new RequestError(`${name} cannot be set: it follows from other things.`);
    this.told(memory);
    // What is listed beneath an entry is of the entry as it was: what its expression says is of now.
    const evaluateName = node.data === undefined ? node.evaluateName : undefined;
    const result = evaluateName === undefined ? undefined : this.session.evaluate(evaluateName, undefined, true);
    if (evaluateName !== undefined && result?.ok === true) {
      return this.inspector.shown({ ...this.inspector.node(evaluateName, result.value), name });
    }
    const now = this.inspector.child(reference, name);
    return now === undefined ? { value } : this.inspector.shown(now);
  }

  setExpression(args: Arguments): DebugProtocol.SetExpressionResponse["body"] {
    const id = args.optionalNumber("frameId");
    const frame = id === undefined ? undefined : this.inspector.frameOf(id);
    const text = args.string("expression");
    const memory = this.assigner.setExpression(text, args.string("value"), frame);
    this.told(memory);
    const result = this.session.evaluate(text, frame, true);
    if (!result.ok) return { value: args.string("value") };
    return this.inspector.shown(this.inspector.node(text, result.value));
  }
  /** The same for the debug console: what it is afterwards, as text. @throws RequestError if it cannot be set */
  assign(target: string, value: string, frame: Frame | undefined): string {
    this.told(this.assigner.setExpression(target, value, frame));
    return this.session.timeline.interventions.at(-1)?.text ?? "";
  }
  private told(memory: Data | undefined): void {
    this.onChanged(memory?.kind === "range" ? { memory } : {});
  }

  // ---------------------------------------------------------------------------------------------------- memory

  readMemory(args: Arguments): DebugProtocol.ReadMemoryResponse["body"] {
    const { process, address } = this.addressed(args);
    const count = args.number("count");
    if (count < 0) throw new RequestError("readMemory: 'count' is not to be negative.");
    const { bytes, unreadable } = readBytes(this.session, process, address, Math.min(count, READ_LIMIT));
    return {
      address: `0x${address.toString(16)}`,
      ...(unreadable === 0 ? {} : { unreadableBytes: unreadable }),
      data: toBase64(bytes),
    };
  }
  writeMemory(args: Arguments): DebugProtocol.WriteMemoryResponse["body"] {
    const { process, address } = this.addressed(args);
    const bytes = fromBase64(args.string("data"));
    const { start, words } = wordsWith(this.session, process, address, bytes);
    this.assigner.setMemory(process, start, words);
    this.told({ kind: "range", process, start: address, end: address + bytes.length });
    return { bytesWritten: bytes.length };
  }
  private addressed(args: Arguments): { readonly process: number; readonly address: number } {
    const { process, address } = referredTo(this.session, args.string("memoryReference"));
    const at = address + (args.optionalNumber("offset") ?? 0);
    if (at < 0 || at >= 2 ** 48) throw new RequestError("There is no memory at this address.");
    return { process, address: at };
  }

  /** The reference by which a client knows a range of memory. */
  static reference(memory: Extract<Data, { kind: "range" }>): string {
    return memoryReference(memory.process, memory.start);
  }
}

/** What `hmm/stopAtData`, or `stopAtData` of a launch, asks for. @throws RequestError for an access that there is not */
export function dataStops(entries: readonly Arguments[]): DataStop[] {
  return entries.map((entry) => {
    const accessType = entry.optionalString("accessType") ?? "change";
    if (accessType !== "change" && accessType !== "read" && accessType !== "write" && accessType !== "readWrite") {
      throw new RequestError(`'${accessType}' is no access: there are change, write, read and readWrite.`);
    }
    return { expression: entry.string("expression"), accessType };
  });
}

/** What `setDataBreakpoints` asks for. */
export function dataRequests(args: Arguments): DataRequest[] {
  return args.objects("breakpoints").map((b) => {
    const access = b.optionalString("accessType") ?? "write";
    return {
      dataId: b.string("dataId"),
      access: access === "read" || access === "readWrite" ? access : "write",
      condition: b.optionalString("condition"),
      hitCondition: b.optionalString("hitCondition"),
    };
  });
}
