/** The comparison of two profiles in its panel: a table of what is different at this stop. */

import "./compare.css";
import type { Compared } from "../../debug/protocol.ts";
import { element, setText } from "../panel/dom.ts";
import type { ToComparison } from "./messages.ts";
import { isToComparison } from "./messages.ts";
import type { Group, Row } from "./rows.ts";
import { countOf, groupsOf, standing } from "./rows.ts";

interface WebviewApi {
  postMessage(message: unknown): void;
}
declare function acquireVsCodeApi(): WebviewApi;

const api = acquireVsCodeApi();
const title = element("h1");
const where = element("p");
const count = element("p", { class: "count", role: "status" });
const tables = element("main", { tabindex: 0, "aria-label": "Differences" });
document.body.append(element("header", {}, title, where, count), tables);

let last: Compared | undefined;
let shown: string | undefined;

window.addEventListener("message", ({ data, origin }: MessageEvent<unknown>) => {
  if (origin === window.origin && isToComparison(data)) draw(data);
});

function draw({ title: name, compared, over }: ToComparison): void {
  // Told again of the same, what was new is new still.
  const text = JSON.stringify(compared);
  const isSame = text === shown;
  shown = text;
  setText(title, name);
  setText(where, `${standing(compared)}${over ? " The session is over." : ""}`);
  setText(count, countOf(compared));
  if (isSame) return;
  const groups = groupsOf(compared, last);
  last = compared;
  if (groups.length === 0) tables.replaceChildren(emptyText(compared));
  else tables.replaceChildren(table(compared, groups));
}

function emptyText({ here, kernel }: Compared): HTMLElement {
  const hint = "Go on with the debugger, forwards or back: the other one follows, statement by statement.";
  return element("p", { class: "dim" }, `${here} and ${kernel} do the same so far. ${hint}`);
}

function table({ here, kernel }: Compared, groups: readonly Group[]): HTMLElement {
  const head = [
    element("th", { scope: "col" }, "Difference"),
    element("th", { scope: "col" }, `${here} (here)`),
    element("th", { scope: "col" }, kernel),
  ];
  return element(
    "table",
    {},
    element("thead", {}, element("tr", {}, ...head)),
    ...groups.map((group) =>
      element(
        "tbody",
        {},
        element("tr", { class: "group" }, element("th", { scope: "rowgroup", colspan: 3 }, group.title)),
        ...group.rows.map(row),
      ),
    ),
  );
}

function row({ what, here, there, isNew }: Row): HTMLElement {
  return element(
    "tr",
    { class: isNew ? "difference new" : "difference" },
    element("th", { scope: "row" }, what, ...(isNew ? [element("span", { class: "badge" }, "new")] : [])),
    element("td", {}, here),
    element("td", {}, there),
  );
}

api.postMessage({ type: "ready" });
