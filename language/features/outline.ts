/** The outline of a file: its declarations, with what they contain. */

import type { Parsed } from "../syntax/parser.ts";
import type { CallbackDecl, Item, Member, Name } from "../syntax/tree.ts";
import { isMember } from "../syntax/tree.ts";

/** What sort of thing an outline item is; editors choose icons by it. */
export type OutlineKind =
  | "scenario"
  | "kernel"
  | "node"
  | "cpu"
  | "device"
  | "process"
  | "region"
  | "thread"
  | "driver"
  | "function"
  | "callback"
  | "struct"
  | "field"
  | "variable"
  | "constant"
  | "lock"
  | "option"
  | "property"
  | "parallel";

/** An item of the outline. Ranges are half-open; the selection lies inside the range. */
export interface OutlineItem {
  readonly name: string;
  readonly detail: string;
  readonly kind: OutlineKind;
  readonly start: number;
  readonly end: number;
  readonly selectionStart: number;
  readonly selectionEnd: number;
  readonly children: readonly OutlineItem[];
}

/** The outline of a parsed file, in the order of the text. */
export function outline(parsed: Parsed): OutlineItem[] {
  return parsed.file.items.flatMap((item) => itemOutline(item, parsed.text));
}

function entry(
  kind: OutlineKind,
  node: { readonly start: number; readonly end: number },
  name: { readonly text: string; readonly start: number; readonly end: number },
  detail = "",
  children: readonly OutlineItem[] = [],
): OutlineItem {
  return {
    name: name.text === "" ? "?" : name.text,
    detail,
    kind,
    start: node.start,
    end: Math.max(node.end, name.end),
    selectionStart: name.start,
    selectionEnd: name.end,
    children,
  };
}

function itemOutline(item: Item, text: string): OutlineItem[] {
  switch (item.kind) {
    case "scenario":
      if (item.title === undefined) return [];
      return [entry("scenario", item, { ...item.title, text: item.title.value })];
    case "kernel":
      if (item.profile === undefined) return [];
      return [
        entry("kernel", item, { ...item.profile, text: item.profile.value }, "", item.members.map(memberOutline)),
      ];
    case "node":
      return [entry("node", item, item.name)];
    case "cpu":
      return item.names.map((name) => entry("cpu", name, name, item.on === undefined ? "" : `on ${item.on.text}`));
    case "device":
      return [entry("device", item, item.name, item.driver.text)];
    case "process":
      return [
        entry(
          "process",
          item,
          item.name,
          "",
          item.regions.map((region) =>
            entry("region", region, region.name, text.slice(region.mapping.start, region.mapping.end)),
          ),
        ),
      ];
    case "thread":
      return [entry("thread", item, item.name, `${item.process.text} on ${item.on.text}`)];
    case "driver": {
      const base = item.extends === undefined ? "" : `extends ${item.extends.text}`;
      const children = [...item.members.map(memberOutline), ...item.callbacks.map(callbackOutline)];
      children.sort((a, b) => a.start - b.start);
      return [entry("driver", item, item.name, base, children)];
    }
    case "property": {
      const { start, end } = item.condition;
      return [
        entry(
          "property",
          item,
          { text: item.property, start: item.start, end: item.start + item.property.length },
          text.slice(start, end),
        ),
      ];
    }
    case "parallel": {
      const keyword = { text: "parallel", start: item.start, end: item.start + "parallel".length };
      return [entry("parallel", item, keyword)];
    }
    default:
      return isMember(item) ? [memberOutline(item)] : [];
  }
}

function parameters(params: readonly Name[]): string {
  return `(${params.map((param) => param.text).join(", ")})`;
}

function callbackOutline(callback: CallbackDecl): OutlineItem {
  return entry("callback", callback, callback.name, parameters(callback.params));
}

function memberOutline(member: Member): OutlineItem {
  switch (member.kind) {
    case "fn":
      return entry("function", member, member.name, parameters(member.params));
    case "struct":
      return entry(
        "struct",
        member,
        member.name,
        "",
        member.fields.map((field) => entry("field", field, field.name)),
      );
    case "const":
      return entry("constant", member, member.name);
    case "lockDecl":
      return entry("lock", member, member.name, member.type === "sleep" ? "" : member.type);
    case "option":
      return entry("option", member, member.name);
    case "var":
      return entry("variable", member, member.name);
    case "table":
      return entry("variable", member, member.name, "table");
    case "listDecl":
      return entry("variable", member, member.name, "list");
  }
}
