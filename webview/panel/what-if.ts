/**
 * The what-if editor: a statement of the language, tried on a copy of the present state, and what it would change. Monaco is
 * loaded when it is first needed; until then, and if it cannot be, a plain text box stands in for it.
 */

import type { WhatIfResult } from "../messages.ts";
import { whatIfLimit } from "../messages.ts";
import type { Editor, EditorOptions } from "../monaco/api.ts";
import { loadedEditor } from "../monaco/api.ts";
import type { ChangeGroup } from "./change-groups.ts";
import { groupChanges } from "./change-groups.ts";
import { element, icon, setText } from "./dom.ts";
import { eventKind } from "./event-kinds.ts";

export interface WhatIfOptions {
  readonly text: string;
  /** Addresses of the editor's script, style sheet and worker. */
  readonly addresses: {
    readonly script: string;
    readonly style: string;
    readonly worker: string;
    readonly nonce: string;
  };
  readonly onTry: (text: string) => Promise<WhatIfResult>;
  readonly complete: EditorOptions["complete"];
  readonly onChange: (text: string) => void;
}

export class WhatIf {
  readonly root: HTMLElement;
  private readonly options: WhatIfOptions;
  private readonly box: HTMLTextAreaElement;
  private readonly holder: HTMLElement;
  private readonly results: HTMLElement;
  private readonly status: HTMLElement;
  private readonly button: HTMLButtonElement;
  private editor: Editor | undefined;
  private loading = false;
  private latest = 0;

  constructor(options: WhatIfOptions) {
    this.options = options;
    this.box = element("textarea", {
      class: "what-if-box",
      rows: 3,
      spellcheck: "false",
      "aria-label": "Statement to try",
      maxlength: whatIfLimit,
    });
    this.box.value = options.text;
    this.holder = element("div", { class: "what-if-editor" }, this.box);
    this.results = element("div", {
      class: "what-if-results",
      tabindex: 0,
      role: "region",
      "aria-label": "What it would change",
    });
    this.status = element("span", { class: "summary", role: "status" });
    this.button = element(
      "button",
      { class: "button", type: "button", title: "Try it on a copy of the present state (Ctrl+Enter)" },
      "Try",
    );
    this.button.addEventListener("click", () => void this.run());
    this.box.addEventListener("input", () => options.onChange(this.box.value));
    this.root = element(
      "section",
      { class: "pane what-if", "aria-label": "What if" },
      element(
        "div",
        { class: "pane-head" },
        element("h2", {}, "What if"),
        this.status,
        element("span", { class: "spring" }),
        element("kbd", {}, "Ctrl+Enter"),
        this.button,
      ),
      element("div", { class: "what-if-content" }, this.holder, this.results),
    );
    // Before Monaco sees it, to which Ctrl+Enter means something else.
    this.root.addEventListener(
      "keydown",
      (event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        event.stopPropagation();
        void this.run();
      },
      { capture: true },
    );
    this.hint();
  }

  /** Loads Monaco, once. */
  load(): void {
    if (this.loading) return;
    this.loading = true;
    const { script, style, nonce } = this.options.addresses;
    document.head.append(element("link", { rel: "stylesheet", href: style }));
    const loader = element("script", { type: "module", src: script, nonce });
    loader.nonce = nonce;
    loader.addEventListener("load", () => this.replaceBox());
    loader.addEventListener("error", () => console.warn("The what-if editor could not be loaded; the text box stays."));
    document.head.append(loader);
  }

  get text(): string {
    return this.editor?.text ?? this.box.value;
  }

  /** The moment has changed: a result is of another one. */
  outdate(): void {
    this.results.classList.add("outdated");
  }

  setEnabled(enabled: boolean): void {
    this.button.disabled = !enabled;
  }

  updateTheme(): void {
    this.editor?.updateTheme();
  }

  private replaceBox(): void {
    const create = loadedEditor();
    if (create === undefined) return;
    const hadFocus = document.activeElement === this.box;
    const container = element("div", { class: "what-if-monaco" });
    this.holder.append(container);
    this.editor = create({
      container,
      text: this.box.value,
      workerUrl: this.options.addresses.worker,
      complete: this.options.complete,
      onChange: this.options.onChange,
      onLeave: () => this.button.focus(),
    });
    this.box.remove();
    if (hadFocus) this.editor.focus();
  }

  private hint(): void {
    this.results.replaceChildren(
      element(
        "p",
        { class: "hint" },
        "Type a statement, such as ",
        element("code", {}, "cpu0 read buf[0]"),
        ", and see what it would change. The state itself stays as it is.",
      ),
    );
  }

  private async run(): Promise<void> {
    const text = this.text;
    if (text.trim() === "") {
      this.hint();
      setText(this.status, "");
      return;
    }
    if (this.button.disabled) return;
    const own = ++this.latest;
    setText(this.status, "trying …");
    const result = await this.options.onTry(text);
    if (own !== this.latest) return;
    this.show(result);
  }

  private show(result: WhatIfResult): void {
    this.results.classList.remove("outdated");
    this.editor?.showProblems(result.problems);
    const { ok, outcome, changes, events, problems } = result;
    setText(this.status, "");
    const children: Node[] = [];
    if (outcome !== "" || ok) {
      children.push(
        element(
          "p",
          { class: "outcome" },
          element("span", { class: `chip tone-${ok ? "present" : "bad"}` }, ok ? "ok" : "failed"),
          element("span", { class: "text" }, outcome),
        ),
      );
    }
    for (const { message } of problems) children.push(element("p", { class: "problem" }, message));
    if (changes.length > 0) {
      children.push(
        element(
          "table",
          { class: "changes" },
          element("caption", {}, counted(changes.length, "change")),
          element("tbody", {}, ...groupChanges(changes).flatMap(drawGroup)),
        ),
      );
    } else if (ok) {
      children.push(element("p", { class: "hint" }, "It would change nothing that the page tables show."));
    }
    if (events.length > 0) {
      children.push(
        element("h3", {}, counted(events.length, "event")),
        element(
          "ol",
          { class: "what-if-events" },
          ...events.map(({ event, text }) => {
            const kind = eventKind(event);
            return element(
              "li",
              { class: `event-line tone-${kind.tone}` },
              icon(kind.icon),
              element("span", { class: "event-name" }, event),
              element("span", { class: "event-text" }, text),
            );
          }),
        ),
      );
    }
    this.results.replaceChildren(...children);
  }
}

/** A group of changes as rows of a table: a heading where it has fields, and a row for each. */
function drawGroup({ subject, fields }: ChangeGroup): HTMLElement[] {
  const hasFields = fields.some(({ field }) => field !== "");
  const heading = element("tr", {}, element("th", { scope: "rowgroup", colspan: 4 }, subject));
  const rows = fields.map(({ field, before, after }) =>
    element(
      "tr",
      { "aria-label": `${subject}${field} was ${before}, becomes ${after}` },
      element("th", { scope: "row", class: hasFields ? "field" : "" }, hasFields ? field : subject),
      element("td", { class: "was" }, before),
      element("td", { class: "arrow", "aria-hidden": "true" }, "→"),
      element("td", {}, after),
    ),
  );
  return hasFields ? [heading, ...rows] : rows;
}

function counted(n: number, what: string): string {
  return n === 1 ? `1 ${what}` : `${n} ${what}s`;
}
