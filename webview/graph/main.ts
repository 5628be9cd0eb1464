/** The state graph in its panel: which state has the focus, how large the picture is, and what was chosen. */
import "./graph.css";
import { along, nextFailed } from "./walk.ts";

interface WebviewApi {
  postMessage(message: unknown): void;
}
declare function acquireVsCodeApi(): WebviewApi;

const api = acquireVsCodeApi();
const picture = document.querySelector("svg");
const states = [...document.querySelectorAll<SVGGElement>("g.state")];
const moves = [...document.querySelectorAll<SVGGElement>("g.move")].map(({ dataset }) => ({
  from: Number(dataset.from),
  to: Number(dataset.to),
}));
const failed = new Set(states.flatMap((state, i) => (state.classList.contains("failed") ? [i] : [])));

let current = 0;
const focusOn = (state: number | undefined): void => {
  const element = state === undefined ? undefined : states[state];
  if (state === undefined || element === undefined) return;
  states[current]?.setAttribute("tabindex", "-1");
  current = state;
  element.setAttribute("tabindex", "0");
  element.focus();
  element.scrollIntoView({ block: "nearest", inline: "nearest" });
  markMoves();
};
function markMoves(): void {
  document.querySelectorAll("g.move").forEach((move, i) => {
    move.classList.toggle("near", moves[i]?.from === current || moves[i]?.to === current);
  });
}
const open = (state: number): void => api.postMessage({ type: "open", state });

const width = picture?.viewBox.baseVal.width ?? 1;
const height = picture?.viewBox.baseVal.height ?? 1;
let scale = 1;
function resize(to: number): void {
  scale = Math.min(4, Math.max(0.05, to));
  picture?.setAttribute("width", String(Math.ceil(width * scale)));
  picture?.setAttribute("height", String(Math.ceil(height * scale)));
}
function fit(): void {
  const room = document.querySelector("main")?.getBoundingClientRect();
  if (room !== undefined) resize(Math.min(1, room.width / width, room.height / height));
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const onButton = event.target instanceof HTMLButtonElement;
  switch (event.key) {
    case "ArrowDown":
    case "ArrowUp":
    case "ArrowLeft":
    case "ArrowRight":
      focusOn(along(moves, current, event.key));
      break;
    case "Home":
      focusOn(0);
      break;
    case "f":
    case "F":
      focusOn(nextFailed(failed, current));
      break;
    case "+":
    case "=":
      resize(scale * 1.25);
      break;
    case "-":
      resize(scale / 1.25);
      break;
    case "0":
      fit();
      break;
    case "Enter":
    case " ":
      if (onButton) return;
      open(current);
      break;
    default:
      return;
  }
  event.preventDefault();
});
states.forEach((state, i) => {
  state.addEventListener("click", () => {
    focusOn(i);
    open(i);
  });
  state.addEventListener("focus", () => {
    if (current !== i) focusOn(i);
  });
});
document.getElementById("smaller")?.addEventListener("click", () => resize(scale / 1.25));
document.getElementById("larger")?.addEventListener("click", () => resize(scale * 1.25));
document.getElementById("whole")?.addEventListener("click", fit);
focusOn(0);
