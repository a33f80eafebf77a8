// Dialogs: keys and legend, and the token.

import { el, sign } from "./dom.js";

export const KEYS = [
  ["1  2  4  5", "map, services, timeline, incidents"],
  ["/", "filter"],
  ["↑ ↓ ← →  j k", "move the selection"],
  ["g  G", "first, last"],
  ["Enter", "details of the selection"],
  ["]  [", "next, previous tab of the details"],
  ["l  3", "log of the selection"],
  ["!", "next problem: roots of incidents first"],
  ["c", "next stack"],
  ["<  >  o", "sort by another column, reverse"],
  ["f  w  E", "in a log: follow, wrap, errors only"],
  ["Esc", "close, clear the filter"],
  ["?", "this"],
];

const STATES = [
  ["healthy", "no known problem"],
  ["running", "running; nothing checks it"],
  ["starting", "starting"],
  ["degraded", "degraded: works in part, or slowly"],
  ["unhealthy", "unhealthy"],
  ["paused", "paused"],
  ["stopped", "stopped"],
  ["completed", "finished, exit 0"],
  ["unknown", "no information"],
];

function dialog(title, ...content) {
  const node = el("dialog", { "aria-label": title, autofocus: true, tabindex: "-1" }, el("div.head", {}, el("h1", {}, title), el("button.close", { type: "button", "aria-label": "Close", onclick: () => node.close() }, "×")), content);
  node.addEventListener("close", () => node.remove());
  node.addEventListener("click", (event) => {
    if (event.target === node) node.close();
  });
  document.body.append(node);
  node.showModal();
  return node;
}

/** Keys and legend. */
export function help() {
  if (document.querySelector("dialog")) return;
  dialog(
    "Keys and legend",
    el("dl.keys", {}, KEYS.map(([keys, words]) => [el("dt", {}, keys.split(/\s{2,}/).map((key) => [el("kbd", {}, key), " "])), el("dd", {}, words)])),
    el("h2", {}, "States"),
    el("ul.legend", {}, STATES.map(([state, words]) => el("li", {}, sign(state), words))),
    el("h2", {}, "Lines of the map"),
    el("ul.legend", {}, el("li", {}, el("i.line.hard"), "cannot work without"), el("li", {}, el("i.line.soft"), "uses"), el("li", {}, el("i.line.broken"), "leads to the root cause")),
  );
}

/** Asks for a token until one is given; `why` is what the server said. */
export function askToken(why) {
  const open = document.querySelector("dialog.token");
  if (open) return null;
  return new Promise((resolve) => {
    const input = el("input", { type: "password", id: "token", required: true, autocomplete: "off", "aria-describedby": "token-why" });
    const node = dialog(
      "Token",
      el(
        "form",
        {
          method: "dialog",
          onsubmit: (event) => {
            event.preventDefault();
            resolve(input.value.trim());
            node.close();
          },
        },
        el("p", { id: "token-why" }, why),
        el("label", { for: "token" }, "Token"),
        input,
        el("button", { type: "submit" }, "Open"),
        el("p.muted", {}, "It stays in this tab until the tab is closed, and is sent to this hubdeck only."),
      ),
    );
    node.classList.add("token");
    node.addEventListener("close", () => resolve(null));
    input.focus();
  });
}
