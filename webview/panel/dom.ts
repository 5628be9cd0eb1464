/** Making elements. */

/** What an element gets besides its children: `class`, any attribute; false leaves one out. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** An element with attributes and children; texts become text nodes, never markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children);
  return made;
}

/** A picture from the panel's set, drawn in the colour of the text around it. */
export function icon(path: string): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "icon");
  const shape = document.createElementNS(space, "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

/** A button with a picture and a name that screen readers and tooltips give. */
export function iconButton(path: string, title: string, onClick: () => void): HTMLButtonElement {
  const button = element("button", { class: "icon-button", type: "button", title, "aria-label": title }, icon(path));
  button.addEventListener("click", onClick);
  return button;
}

/** Sets an element's text only if it differs, so that nothing is laid out anew for nothing. */
export function setText(target: Node, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
