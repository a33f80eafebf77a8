// Keys: the letters of the terminal where they mean the same.

import { closeDetails, openDetails, select, setFilter } from "./app.js";
import { byId } from "./dom.js";
import { help } from "./help.js";
import { state } from "./live.js";

const VIEWS = { 1: "#/", 2: "#/services", 4: "#/timeline", 5: "#/incidents" };
const MOVES = { j: "ArrowDown", k: "ArrowUp", g: "Home", G: "End" };

/** Listens for keys on `page`. */
export function keys(page) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const typing = event.target.matches("input, select, textarea");
    const done = typing ? typed(event, page) : pressed(event, page);
    if (done) event.preventDefault();
  });
}

/** A key within a field. */
function typed(event, page) {
  if (event.target.id !== "filter") {
    if (event.key === "Escape") event.target.blur();
    return false;
  }
  if (event.key === "Escape") setFilter("");
  if (["Escape", "Enter", "ArrowDown"].includes(event.key)) {
    event.target.blur();
    if (event.key !== "Escape") move(page, "Home");
    return true;
  }
  return false;
}

function pressed(event, page) {
  const { key } = event;
  const log = page.details.log;
  if (VIEWS[key]) location.hash = VIEWS[key];
  else if (key === "/") (log ? log.query : byId("filter")).focus();
  else if (key === "?") help();
  else if (key === "Escape") return closeDetails() || (page.filter.text !== "" && (setFilter(""), true));
  else if (key === "!") problem(page);
  else if (key === "c") nextStack(page);
  else if ((key === "l" || key === "3") && page.selected) openDetails(page.selected, "logs");
  else if (key === "f" && log) log.setFollowing(!log.following);
  else if (key === "w" && log) log.setWrap();
  else if (key === "E" && log) log.setLevel();
  else if ((key === "]" || key === "[") && page.details.id) tab(page, key === "]" ? 1 : -1);
  else if ("<>".includes(key) && page.view === "services") page.views.services.sortNext(key === ">" ? 1 : -1);
  else if (key === "o" && page.view === "services") page.views.services.sortBy(page.views.services.sort.column);
  else if (key === "Enter" && page.selected && !event.target.closest("a, button, summary")) openDetails(page.selected);
  else if (!event.target.closest(".details")) return move(page, MOVES[key] ?? key);
  else return false;
  return true;
}

/** Moves the selection of the view. */
function move(page, key) {
  const view = page.views[page.view];
  if (!view.step || !(key.startsWith("Arrow") || key === "Home" || key === "End")) return false;
  const next = page.view === "map" && !key.startsWith("Arrow") ? edge(view, key) : view.step(key);
  if (!next) return false;
  select(next);
  view.show(next);
  if (page.details.id) openDetails(next, page.details.tab);
  return true;
}

const edge = (view, key) => view.found().at(key === "Home" ? 0 : -1)?.dataset.service;

function tab(page, by) {
  const tabs = [...document.querySelectorAll("[data-tab]")].map((each) => each.dataset.tab);
  const at = tabs.indexOf(page.details.tab);
  openDetails(page.details.id, tabs[(at + by + tabs.length) % tabs.length]);
}

/** Roots of open incidents first, then what does not work. */
function problem(page) {
  const open = state.incidents.filter((incident) => incident.state === "open" && incident.service).map((incident) => incident.service);
  const broken = state.services.filter((service) => ["unhealthy", "degraded"].includes(service.health.shown)).map((service) => service.id);
  const all = [...new Set([...open, ...broken])];
  if (!all.length) return;
  openDetails(all[(all.indexOf(page.selected) + 1) % all.length]);
}

function nextStack(page) {
  const all = [...byId("stack").options].map((option) => option.value);
  const at = all.indexOf(page.filter.stack ?? "*");
  const next = all[(at + 1) % all.length] ?? "*";
  setFilter(page.filter.text, next === "*" ? null : next);
}
