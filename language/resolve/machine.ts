/** The machine that a scenario declares: page size, nodes, CPUs, devices; with defaults where it says nothing. */

import { nearest, oneOf } from "../suggest.ts";
import type { CpuDecl, DeviceDecl, Name, NodeDecl, PageSizeDecl } from "../syntax/tree.ts";
import { sizeInBytes } from "../syntax/tree.ts";
import type { Context, Draft } from "./context.ts";
import { kindText } from "./context.ts";
import type { ResolvedDevice, ResolvedNode } from "./model.ts";
import { wholePages } from "./sizes.ts";

const mebibyte = 1024 * 1024;

/** An item of a file. */
export interface Placed<T> {
  readonly file: number;
  readonly item: T;
}

/** Page size: the last line counts, more than one is reported. */
export function resolvePageSize(ctx: Context, lines: readonly Placed<PageSizeDecl>[]): void {
  const main = lines.filter((line) => line.file === 0);
  for (const { item, file } of main.slice(1)) {
    ctx.error(file, "declared-twice", "`page_size` is given already.", item);
  }
  const first = main[0];
  const size = first?.item.size;
  if (first === undefined || size === undefined) return;
  const bytes = sizeInBytes(size, 4096n);
  if (bytes < 4096n || bytes > 65536n || (bytes & (bytes - 1n)) !== 0n) {
    ctx.error(first.file, "bad-size", "A page has 4, 8, 16, 32 or 64 KiB.", size);
    return;
  }
  ctx.pageSize = Number(bytes);
}

/** Nodes of system memory. Without a line: N0 with 1 GiB. */
export function resolveNodes(ctx: Context, lines: readonly Placed<NodeDecl>[]): void {
  for (const { file, item } of lines) {
    if (item.name.text === "") continue;
    const memory = item.attributes.find((attribute) => attribute.kind === "memory");
    let hasMovable = false;
    for (const attribute of item.attributes) {
      if (attribute.kind === "memory" && attribute !== memory) {
        ctx.error(file, "declared-twice", "`memory` is given already.", attribute);
      } else if (attribute.kind === "movable") {
        if (hasMovable) ctx.error(file, "declared-twice", "`movable` is given already.", attribute);
        hasMovable = true;
      } else if (attribute.kind === "coherent") {
        ctx.error(
          file,
          "unknown-attribute",
          "`coherent as` is of devices: a node's memory is the CPUs' own.",
          attribute,
        );
      } else if (attribute.kind === "setting") {
        ctx.error(
          file,
          "unknown-attribute",
          `A node has no attribute \`${attribute.name.text}\`: ${oneOf(["memory", "movable"])}.`,
          attribute.name,
        );
      }
    }
    if (memory === undefined) {
      ctx.error(
        file,
        "missing-attribute",
        `Node \`${item.name.text}\` needs its memory: \`memory 64 MiB\`.`,
        item.name,
      );
    }
    const size = memory?.size;
    const pages = size === undefined ? 1 : wholePages(ctx, file, size, "The memory of a node");
    if (ctx.redeclared.has(item.name)) continue;
    addNode(ctx, {
      kind: "node",
      name: item.name.text,
      at: { file, name: item.name },
      doc: item.doc,
      index: ctx.nodes.length,
      pages,
      movable: hasMovable,
      device: undefined,
      declaration: item,
    });
  }
  if (lines.length === 0 && !ctx.globals.has("N0")) {
    addNode(ctx, {
      kind: "node",
      name: "N0",
      at: undefined,
      doc: undefined,
      index: 0,
      pages: (1024 * mebibyte) / ctx.pageSize,
      movable: false,
      device: undefined,
      declaration: undefined,
    });
  }
}

function addNode(ctx: Context, node: Draft<ResolvedNode>): void {
  ctx.nodes.push(node);
  ctx.globals.set(node.name, node);
}

/** CPUs. Without a line: cpu0 and cpu1 on the first node. */
export function resolveCpus(ctx: Context, lines: readonly Placed<CpuDecl>[]): void {
  const first = ctx.nodes[0];
  if (first === undefined) return;
  for (const { file, item } of lines) {
    const node = item.on === undefined ? first : (findNode(ctx, file, item.on) ?? first);
    if (node.device !== undefined && item.on !== undefined) {
      ctx.error(file, "wrong-node", `\`${node.name}\` is a device's memory; no CPU is there.`, item.on);
    }
    for (const name of item.names) {
      if (ctx.redeclared.has(name) || name.text === "") continue;
      addCpu(ctx, name.text, { file, name }, item.doc, node);
    }
  }
  if (lines.length > 0) return;
  for (const name of ["cpu0", "cpu1"]) if (!ctx.globals.has(name)) addCpu(ctx, name, undefined, undefined, first);
}

function addCpu(
  ctx: Context,
  name: string,
  at: { file: number; name: Name } | undefined,
  doc: string | undefined,
  node: ResolvedNode,
): void {
  const cpu = { kind: "cpu", name, at, doc, index: ctx.cpus.length, node } as const;
  ctx.cpus.push(cpu);
  ctx.globals.set(name, cpu);
}

/** Devices, and the nodes that coherent memory is. Whether drivers and options exist is checked later. */
export function resolveDevices(ctx: Context, lines: readonly Placed<DeviceDecl>[]): void {
  for (const { file, item } of lines) {
    const memory = item.attributes.find((attribute) => attribute.kind === "memory");
    const coherent = item.attributes.find((attribute) => attribute.kind === "coherent");
    for (const attribute of item.attributes) {
      if (attribute.kind === "movable") {
        ctx.error(file, "unknown-attribute", "`movable` is of nodes.", attribute);
      } else if (attribute.kind !== "setting" && attribute !== memory && attribute !== coherent) {
        ctx.error(file, "declared-twice", `\`${attribute.kind}\` is given already.`, attribute);
      }
    }
    if (coherent !== undefined && memory === undefined) {
      ctx.error(file, "missing-attribute", "Coherent memory needs a size: `memory 16 MiB coherent as N1`.", coherent);
    }
    const size = memory?.size;
    const pages = size === undefined ? 0 : wholePages(ctx, file, size, "The memory of a device");
    if (ctx.redeclared.has(item.name) || item.name.text === "") continue;
    const device: Draft<ResolvedDevice> = {
      kind: "device",
      name: item.name.text,
      at: { file, name: item.name },
      doc: item.doc,
      index: ctx.devices.length,
      driver: item.driver.text,
      pages,
      node: undefined,
      settings: item.attributes.filter((attribute) => attribute.kind === "setting"),
      declaration: item,
    };
    ctx.devices.push(device);
    ctx.globals.set(device.name, device);
    if (coherent === undefined || ctx.redeclared.has(coherent.node) || coherent.node.text === "") continue;
    const node: Draft<ResolvedNode> = {
      kind: "node",
      name: coherent.node.text,
      at: { file, name: coherent.node },
      doc: item.doc,
      index: ctx.nodes.length,
      pages,
      movable: false,
      device,
      declaration: coherent,
    };
    device.node = node;
    addNode(ctx, node);
  }
}

/** The node of that name; undefined, after a report, if there is none. */
export function findNode(ctx: Context, file: number, name: Name): ResolvedNode | undefined {
  if (name.text === "") return undefined;
  const found = ctx.globals.get(name.text);
  if (found?.kind === "node") {
    ctx.bindings.set(name, found);
    return found;
  }
  const names = ctx.nodes.map((node) => node.name);
  reportUnknown(ctx, file, name, "node", names);
  return undefined;
}

/** The device of that name; undefined, after a report, if there is none. */
export function findDevice(ctx: Context, file: number, name: Name): ResolvedDevice | undefined {
  if (name.text === "") return undefined;
  const found = ctx.globals.get(name.text);
  if (found?.kind === "device") {
    ctx.bindings.set(name, found);
    return found;
  }
  const names = ctx.devices.map((device) => device.name);
  reportUnknown(ctx, file, name, "device", names);
  return undefined;
}

/** Reports that `name` is no such thing: something else, or nothing, with what may have been meant. */
export function reportUnknown(ctx: Context, file: number, name: Name, what: string, names: readonly string[]): void {
  const other = ctx.globals.get(name.text);
  if (other !== undefined) {
    ctx.error(file, "wrong-kind", `\`${name.text}\` is ${kindText(other)}, not a ${what}.`, name);
    return;
  }
  ctx.error(file, "unknown-name", `There is no ${what} \`${name.text}\`.`, name, () => {
    const near = nearest(name.text, names);
    if (near !== undefined) {
      return {
        hint: `Did you mean \`${near}\`?`,
        fix: { title: `Change to \`${near}\``, edits: [{ start: name.start, end: name.end, text: near }] },
      };
    }
    if (names.length === 0) return { hint: `No ${what} is declared.` };
    return names.length <= 8
      ? { hint: `There ${names.length === 1 ? "is" : "are"} ${oneOf(names).replace(" or ", " and ")}.` }
      : {};
  });
}
