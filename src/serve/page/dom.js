// Elements and words. Text only ever enters the document as text.

const SVG = "http://www.w3.org/2000/svg";

/** An element: `el("a.link", {href: "#/"}, "text", child)`. */
export function el(tag, attributes, ...children) {
  const [name, ...classes] = tag.split(".");
  const node = document.createElement(name || "div");
  if (classes.length) node.className = classes.join(" ");
  return fill(node, attributes, children);
}

/** The same in the namespace of SVG. */
export function svg(name, attributes, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export const byId = (id) => document.getElementById(id);

/** The sign of a state, for the eye only: its word stands beside it. */
export function sign(state) {
  const node = svg("svg", { class: `sign ${state}`, "aria-hidden": "true" }, svg("use", { href: `#sign-${state}` }));
  return node;
}

/** Sets text only where it changed, so that a selection in it stays. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Whether the reader has selected text within `node`: then it must not be replaced. */
export function holdsSelection(node) {
  const selection = document.getSelection();
  return selection && !selection.isCollapsed && node.contains(selection.anchorNode);
}

/** What control and direction characters would do to a line is not wanted: they are left out. */
export function clean(text) {
  return String(text)
    // eslint-disable-next-line no-control-regex
    .replace(/\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?/g, "")
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "");
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

export function bytes(value) {
  if (value === null || value === undefined) return "–";
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

export const rate = (value) => (value === null || value === undefined ? "–" : `${bytes(value)}/s`);

export function percent(value) {
  if (value === null || value === undefined) return "–";
  return `${value >= 100 ? Math.round(value) : value.toFixed(1)} %`;
}

export function millis(value) {
  if (value === null || value === undefined) return "–";
  if (value >= 1000) return `${(value / 1000).toFixed(1)} s`;
  return `${value >= 10 ? Math.round(value) : value.toFixed(1)} ms`;
}

const pad = (number) => String(number).padStart(2, "0");

/** `HH:MM:SS` in the reader's zone. */
export function clock(at) {
  const time = new Date(at);
  return `${pad(time.getHours())}:${pad(time.getMinutes())}:${pad(time.getSeconds())}`;
}

/** With the date where it is another day. */
export function moment(at) {
  const time = new Date(at);
  if (time.toDateString() === new Date().toDateString()) return clock(at);
  return `${time.getFullYear()}-${pad(time.getMonth() + 1)}-${pad(time.getDate())} ${clock(at)}`;
}

/** `3d 4h`, `12m 5s`: at most two units. */
export function duration(milliseconds) {
  let seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const parts = [];
  for (const [unit, length] of [["d", 86400], ["h", 3600], ["m", 60], ["s", 1]]) {
    if (seconds >= length) {
      parts.push(`${Math.floor(seconds / length)}${unit}`);
      seconds %= length;
    } else if (parts.length) break;
  }
  return parts.slice(0, 2).join(" ") || "0s";
}

/** A time that is written again as it gets older. */
export function age(at) {
  return el("time", { datetime: at, title: moment(at), "data-age": at }, duration(now() - Date.parse(at)));
}

let ahead = 0;

/** The server's clock: the reader's may be wrong. */
export const now = () => Date.now() + ahead;

export function setServerTime(milliseconds) {
  const difference = milliseconds - Date.now();
  if (Math.abs(difference) > 2000 || ahead !== 0) ahead = difference;
}

/** Writes every age anew. */
export function refreshAges() {
  for (const node of document.querySelectorAll("[data-age]")) setText(node, duration(now() - Date.parse(node.dataset.age)));
}

/** Times of the server's own HTML in the reader's zone. */
export function localTimes(root) {
  for (const node of root.querySelectorAll("time[datetime]:not([data-age])")) setText(node, moment(node.dateTime));
}

export function plural(count, word) {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/** Where the details of a service stand; `tab` is optional. */
export function link(id, tab) {
  const path = id.split("/").map(encodeURIComponent).join("/");
  return `#/services/${path}${tab ? `?${tab}` : ""}`;
}
