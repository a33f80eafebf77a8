// The page: which view is open, the filter, and what a change makes of them.

import { setToken } from "./api.js";
import { DetailsView } from "./details.js";
import { byId, clock, el, localTimes, plural, refreshAges, setText, sign } from "./dom.js";
import { askToken, help } from "./help.js";
import { keys } from "./keys.js";
import { liveWords, run, stale, state, subscribe, wake } from "./live.js";
import { MapView } from "./map.js";
import { IncidentsView, TimelineView, openIncidents } from "./past.js";
import { TableView } from "./table.js";

const PAGES = ["map", "services", "timeline", "incidents"];

export const page = { view: "map", filter: { text: "", stack: null, fits: () => true }, selected: null, views: {} };

function build() {
  const main = byId("main");
  const roots = Object.fromEntries(PAGES.map((name) => [name, el(`section.view`, { hidden: true })]));
  page.summary = el("section.summary", { id: "summary" });
  page.open = el("div");
  roots.map.append(page.summary, page.open);
  page.views.map = new MapView(roots.map, select);
  page.views.services = new TableView(roots.services, openDetails);
  page.views.timeline = new TimelineView(roots.timeline);
  page.views.incidents = new IncidentsView(roots.incidents);
  page.details = new DetailsView(byId("details"));
  page.roots = roots;
  main.replaceChildren(...Object.values(roots));
}

/** What the fragment names: a view, or the details of a service beside the view before. */
function route() {
  const [path, tab] = location.hash.replace(/^#\/?/, "").split("?");
  if (path.startsWith("services/")) {
    const id = path.slice(9).split("/").map(decode).join("/");
    select(id);
    page.details.open(id, tab);
    page.details.back.href = page.view === "map" ? "#/" : `#/${page.view}`;
  } else {
    if (path !== "main") page.view = PAGES.includes(path) ? path : "map";
    page.details.close();
  }
  const split = path.startsWith("services/");
  byId("frame").classList.toggle("split", split);
  for (const name of PAGES) page.roots[name].hidden = name !== page.view;
  for (const link of document.querySelectorAll("[data-view]")) {
    if (link.dataset.view === page.view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  update();
  if (split) page.views[page.view].reveal?.(page.selected);
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function openDetails(id, tab) {
  location.hash = `#/services/${id.split("/").map(encodeURIComponent).join("/")}${tab ? `?${tab}` : ""}`;
}

/** Back to the view before the details. */
export function closeDetails() {
  if (!page.details.id) return false;
  const id = page.details.id;
  location.hash = page.view === "map" ? "#/" : `#/${page.view}`;
  requestAnimationFrame(() => page.views[page.view].show?.(id));
  return true;
}

export function select(id) {
  page.selected = id;
  page.views.map.select(id);
  page.views.services.select(id);
}

export function setFilter(text, stack = page.filter.stack) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const about = (service) => [service.id, service.display_name, service.image, service.kind, service.health.shown, service.health.reason, service.layer].join(" ").toLowerCase();
  page.filter = { text, stack, fits: (service) => words.every((word) => about(service).includes(word)) };
  const field = byId("filter");
  if (field.value !== text) field.value = text;
  byId("stack").value = stack ?? "*";
  update();
}

/** Draws what is open again. */
function update() {
  page.views[page.view].update(page.filter);
  page.details.update();
  summary();
  header();
}

function summary() {
  if (!state.loaded) return;
  const shown = state.services.filter((service) => page.filter.stack === null || (service.stack ?? "") === page.filter.stack);
  const counts = new Map();
  for (const { health } of shown) counts.set(health.shown, (counts.get(health.shown) ?? 0) + 1);
  const [bad, warn] = [counts.get("unhealthy") ?? 0, counts.get("degraded") ?? 0];
  const open = state.incidents.filter((incident) => incident.state === "open").length;
  const paused = counts.get("paused") ?? 0;
  const [kind, words] = !shown.length
    ? ["quiet", "No services found"]
    : bad
      ? ["bad", `${plural(bad, "service")} unhealthy${warn ? `, ${warn} degraded` : ""}`]
      : warn
        ? ["warn", `${plural(warn, "service")} degraded`]
        : open
          ? ["warn", plural(open, "open incident")]
          : paused
            ? ["warn", `${plural(paused, "service")} paused`]
            : ["good", "No known problems"];
  const text = `${kind} ${words} ${[...counts].join()} ${stale() ? "stale" : ""} ${JSON.stringify(state.incidents.filter((each) => each.state === "open"))}`;
  if (text === page.summaryText) return;
  page.summaryText = text;
  const order = ["unhealthy", "degraded", "paused", "unknown", "starting", "stopped", "completed", "running", "healthy"];
  page.summary.className = `summary ${kind}`;
  page.summary.replaceChildren(
    el("h1", {}, words),
    el("ul.counts", {}, order.filter((name) => counts.has(name)).map((name) => el("li", {}, el("button", { type: "button", onclick: () => { setFilter(name); location.hash = "#/services"; } }, sign(name), `${counts.get(name)} ${name}`)))),
  );
  page.open.replaceChildren(openIncidents() ?? "");
  setText(byId("open"), String(open));
  byId("open").hidden = open === 0;
  document.title = bad ? `(${bad}) hubdeck` : "hubdeck";
  const icon = document.querySelector(`link[rel=icon]`);
  const wanted = icons[kind] ?? icons.good;
  if (icon.getAttribute("href") !== wanted) icon.setAttribute("href", wanted);
}

const icons = { good: byId("icon").getAttribute("href"), warn: new URL("./icon-warn.svg", import.meta.url).href, bad: new URL("./icon-bad.svg", import.meta.url).href };

function header() {
  const old = stale();
  const live = byId("live");
  setText(live, liveWords());
  live.className = old ? "live old" : state.loaded ? "live" : "live waiting";
  live.title = state.heard ? `last answer at ${clock(state.heard)}` : "";
  document.body.classList.toggle("stale", Boolean(old));
  const notice = byId("notice");
  setText(notice, old ? `${old.why.replace(/[.?!]*$/, "")}. This is the last known state, of ${clock(old.since)}.` : "");
  if (!old && state.update) setText(notice, `hubdeck was updated to ${state.update}: load the page again.`);
  notice.hidden = !old && !state.update;
  setText(byId("host"), [state.engine?.host_name, state.engine?.version && `engine ${state.engine.version}`].filter(Boolean).join(" · "));
  const stacks = byId("stack");
  const names = [...state.stacks, ...(state.services.some((service) => !service.stack) && state.stacks.length ? [""] : [])];
  const text = names.join("\n");
  if (stacks.dataset.names === text) return;
  stacks.dataset.names = text;
  stacks.replaceChildren(el("option", { value: "*" }, "All stacks"), ...names.map((name) => el("option", { value: name }, name || "Without a stack")));
  stacks.hidden = names.length < 2;
  stacks.value = page.filter.stack ?? "*";
}

/** What changed, in words, for those who do not see it. */
function announce(changes) {
  if (!changes?.length) return;
  const words = changes.slice(0, 3).map(({ service, from }) => `${service.id}: ${from ?? "new"} → ${service.health.shown}, ${service.health.reason}`);
  if (changes.length > 3) words.push(`${changes.length - 3} more`);
  setText(byId("announce"), words.join(". "));
}

let tokens = 0;

/** Asks for a token, again where it was not the right one; nothing is asked of the server meanwhile. */
async function refused(error) {
  const why = error.status !== 401 ? error.message : tokens ? "That is not a token of this hubdeck." : "This hubdeck answers only to those who have a token.";
  const given = await askToken(why);
  if (!given) return;
  tokens += 1;
  setToken(given);
  wake();
}

const THEMES = [["", "◐", "follows the system"], ["light", "☀", "light"], ["dark", "☾", "dark"]];

function theme(next) {
  const now = document.documentElement.dataset.theme ?? "";
  let at = THEMES.findIndex(([name]) => name === now);
  if (next) at = (at + 1) % THEMES.length;
  const [name, glyph, words] = THEMES[at];
  if (name) document.documentElement.dataset.theme = name;
  else delete document.documentElement.dataset.theme;
  const button = byId("theme");
  setText(button, glyph);
  button.title = button.ariaLabel = `Theme: ${words}`;
  try {
    if (next) localStorage.setItem("hubdeck-theme", name);
  } catch {
    // Without storage it lasts until the page is loaded again.
  }
}

localTimes(document);
let built = false;
subscribe(({ changes, refused: error }) => {
  if (error) {
    header();
    return refused(error);
  }
  if (!built && !state.loaded) return header();
  if (!built) {
    built = true;
    build();
    route();
    addEventListener("hashchange", route);
    keys(page);
  }
  update();
  announce(changes);
});
byId("filter").addEventListener("input", (event) => built && setFilter(event.target.value));
byId("stack").addEventListener("change", (event) => setFilter(page.filter.text, event.target.value === "*" ? null : event.target.value));
byId("help").addEventListener("click", help);
byId("theme").addEventListener("click", () => theme(true));
theme(false);
header();
setInterval(refreshAges, 1000);
run();
