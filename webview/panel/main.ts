/** The page-table panel: puts its parts together and keeps them in step with what the extension says. */

import "./panel.css";
import type { ToPanel } from "../messages.ts";
import { messagesVersion } from "../messages.ts";
import type { Check } from "../validate.ts";
import { isCount, isString, object } from "../validate.ts";
import { Connection } from "./connection.ts";
import { Details } from "./details.ts";
import { element, setText } from "./dom.ts";
import { EmptyState } from "./empty.ts";
import { Events } from "./events.ts";
import type { PagePlace } from "./grid.ts";
import { Grid, wordsOf } from "./grid.ts";
import { Lanes } from "./lanes.ts";
import { PanelModel } from "./model.ts";
import { splitter } from "./splitter.ts";
import { Timeline } from "./timeline.ts";
import { WhatIf } from "./what-if.ts";

/** What is kept over hiding and reloading. */
interface Kept {
  readonly filter: string;
  readonly whatIf: string;
  /** Percent that the events and the what-if editor take. */
  readonly events: number;
  readonly bottom: number;
}
const isKept: Check<Kept> = object<Kept>({ filter: isString, whatIf: isString, events: isCount, bottom: isCount });

function attribute(name: string): string {
  return document.body.dataset[name] ?? "";
}

const connection = new Connection(receive);
const model = new PanelModel((question) => connection.post(question));
const kept: { -readonly [K in keyof Kept]: Kept[K] } = {
  ...(connection.kept(isKept) ?? { filter: "", whatIf: "", events: 38, bottom: 26 }),
};
const keep = () => connection.keep(kept);

const timeline = new Timeline(
  model,
  (step) => connection.send({ type: "goTo", step }),
  (move) => connection.send({ type: "move", move }),
);
const details = new Details(() => {
  grid.clearSelection();
  grid.focus();
});
let selected: PagePlace | undefined;
const grid = new Grid(
  model,
  (place) => {
    selected = place;
    if (place === undefined) details.hide();
    else void showDetails(place);
  },
  (expression) => connection.send({ type: "break", expression }),
);
const events = new Events(model, (index) => connection.send({ type: "openEvent", index }));
events.filter = kept.filter;
events.root.addEventListener("input", () => {
  kept.filter = events.filter;
  keep();
});
const lanes = new Lanes(
  model,
  (index) => connection.send({ type: "openEvent", index }),
  (step) => connection.send({ type: "goTo", step }),
);
const whatIf = new WhatIf({
  text: kept.whatIf,
  addresses: {
    script: attribute("editorScript"),
    style: attribute("editorStyle"),
    worker: attribute("editorWorker"),
    nonce: attribute("nonce"),
  },
  onTry: async (text) => {
    const answer = await connection.ask({ type: "whatIf", text });
    if (answer.type === "whatIf") return answer.result;
    throw new Error(`The answer to a what-if was ${answer.type}.`);
  },
  complete: async (text, offset) => {
    const answer = await connection.ask({ type: "complete", text, offset });
    return answer.type === "completions" ? answer.completions : { items: [], start: offset, end: offset };
  },
  onChange: (text) => {
    kept.whatIf = text;
    keep();
  },
});

const title = element("span", { class: "title" });
const subtitle = element("span", { class: "subtitle" });
const live = element("div", { class: "visually-hidden", role: "status", "aria-live": "polite" });
const upper = element("div", { class: "upper" });
const content = element("div", { class: "content" });
upper.append(
  element("div", { class: "tables" }, grid.root, details.root),
  splitter({
    axis: "x",
    label: "Width of the events",
    target: upper,
    property: "--events-size",
    initial: kept.events,
    onChange: (percent) => {
      kept.events = Math.round(percent);
      keep();
    },
  }),
  events.root,
);
content.append(
  element(
    "header",
    { class: "header" },
    element("div", { class: "titles" }, title, subtitle),
    timeline.root,
    lanes.root,
  ),
  upper,
  splitter({
    axis: "y",
    label: "Height of the what-if editor",
    target: content,
    property: "--bottom-size",
    initial: kept.bottom,
    onChange: (percent) => {
      kept.bottom = Math.round(percent);
      keep();
    },
  }),
  whatIf.root,
);
const empty = new EmptyState(() => connection.send({ type: "debug" }));
document.body.append(empty.root, content, live);
new MutationObserver(() => {
  whatIf.updateTheme();
  lanes.updateTheme();
}).observe(document.body, {
  attributes: true,
  attributeFilter: ["class"],
});

let scheduled = false;
/** Whether a stop is not drawn yet: what it is about is scrolled into view. */
let stopped = false;
/** Draws everything once, in the next frame, however many messages came: all parts show the same moment. */
function draw(): void {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(() => {
    scheduled = false;
    empty.root.hidden = model.state !== "empty";
    empty.update(model.trace);
    content.hidden = model.state === "empty";
    content.classList.toggle("running", model.running);
    content.classList.toggle("over", model.state === "over");
    setText(title, model.session?.title ?? "");
    title.title = model.session?.title ?? "";
    const suffix = model.state === "over" ? " · the session is over" : model.running ? " · running …" : "";
    setText(subtitle, `${model.session?.kernel ?? ""}${suffix}`);
    whatIf.setEnabled(model.state === "live" && !model.running);
    timeline.update();
    lanes.update();
    grid.update({ reveal: stopped });
    events.update({ reveal: stopped });
    stopped = false;
    document.body.dataset.step = String(model.step);
  });
}

function receive(message: ToPanel): void {
  if ((message.type === "session" || message.type === "empty") && message.version !== messagesVersion) {
    console.warn(`The extension speaks version ${message.version}, the panel ${messagesVersion}.`);
    return;
  }
  model.apply(message);
  draw();
  if (message.type === "session") {
    details.hide();
    requestIdleCallback(() => whatIf.load());
  }
  if (message.type === "breakpoints") setText(live, message.announcement);
  if (message.type !== "stop") return;
  whatIf.outdate();
  setText(live, message.announcement);
  stopped = true;
  if (selected !== undefined) void showDetails(selected);
}

/** Shows what is known of a page: its row in words, and what the extension knows beyond. */
async function showDetails(place: PagePlace): Promise<void> {
  const region = model.rows.regions[place.region];
  const page = model.page(place.region, place.page);
  if (region === undefined || page === undefined) return;
  const name = `${region.process}.${region.name}[${place.page}]`;
  const address = region.start + place.page * model.pageSize;
  const askable = model.state === "live" && !model.running;
  const answer = askable ? await connection.ask({ type: "details", region: region.id, page: place.page }) : undefined;
  if (selected !== place) return;
  // Without a session to ask, what the row says in words.
  const known = { title: "Page", rows: wordsOf(page, address, model.devices) };
  details.show(name, answer?.type === "details" ? answer.sections : [known]);
}

draw();
connection.send({ type: "ready", version: messagesVersion });
