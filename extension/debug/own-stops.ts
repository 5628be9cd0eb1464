/** What a launch configuration itself says is to stop, besides what the views switch on: it stays whatever they do. */

import type * as vscode from "vscode";
import type { DataAccessType, DataStop } from "../../debug/protocol.ts";

const accesses: readonly DataAccessType[] = ["change", "read", "write", "readWrite"];

/** The name of the configuration's attribute that keeps it: those of the user's own are merged with the views' for the launch. */
const ATTRIBUTE = "ownStops";

/** The events and data that a user's configuration names. */
export interface OwnStops {
  readonly events: readonly string[];
  readonly data: readonly DataStop[];
}

/** What `configuration`, as the user wrote it, says; and an attribute that keeps it through the launch. */
export function keepOwnStops(configuration: vscode.DebugConfiguration): Record<string, OwnStops> {
  return { [ATTRIBUTE]: { events: stringsOf(configuration.stopAtEvents), data: stopsOf(configuration.stopAtData) } };
}
/** What the configuration of a session said itself. */
export function ownStopsOf({ configuration }: vscode.DebugSession): OwnStops {
  const kept: unknown = configuration[ATTRIBUTE];
  if (!isRecord(kept)) return { events: [], data: [] };
  return { events: stringsOf(kept.events), data: stopsOf(kept.data) };
}

function stringsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}
function stopsOf(value: unknown): readonly DataStop[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).flatMap(({ expression, accessType }) => {
    const access = accesses.find((name) => name === (accessType ?? "change"));
    return typeof expression === "string" && access !== undefined ? [{ expression, accessType: access }] : [];
  });
}
function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
