// What happened: the timeline, and incidents with theirs.

import { get } from "./api.js";
import { age, clean, clock, duration, el, holdsSelection, link, moment, plural, sign } from "./dom.js";
import { state } from "./live.js";

const SIGNS = { incident: "⚑", process: "▸", container: "+", network: "≈", log: "≋", engine: "◌", operation: "»", hubdeck: "·" };

/** Events of `/api/timeline` as rows, the newest first. */
export function eventRows(events, withService = true) {
  let day = null;
  const rows = [];
  for (const event of [...events].reverse()) {
    const date = new Date(event.at).toDateString();
    if (day !== null && date !== day) rows.push(el("li.day", {}, date));
    day = date;
    rows.push(
      el(
        `li.kind-${event.kind}`,
        {},
        el("time", { datetime: event.at, title: moment(event.at) }, clock(event.at)),
        event.state ? sign(event.state) : el("span.sign.kind", { "aria-hidden": "true" }, SIGNS[event.kind] ?? "·"),
        withService && event.service ? el("a", { href: link(event.service) }, event.service) : null,
        el("span", {}, clean(event.text)),
      ),
    );
  }
  return rows;
}

/** The view of the timeline in `root`. */
export class TimelineView {
  constructor(root) {
    this.count = el("span.muted");
    this.list = el("ol.events");
    this.empty = el("p.empty", { hidden: true }, "Nothing happened since hubdeck was started.");
    root.append(el("div.above", {}, el("h1", {}, "Timeline"), this.count), this.list, this.empty);
  }

  async update(filter = this.filter) {
    this.filter = filter;
    let document_;
    try {
      document_ = await get("api/timeline?limit=500");
    } catch {
      return; // The header says that the server does not answer.
    }
    const key = `${filter?.text} ${filter?.stack}`;
    if ((document_ === this.document && key === this.key) || holdsSelection(this.list)) return;
    [this.document, this.key] = [document_, key];
    const words = (filter?.text ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (event) => words.every((word) => `${event.service ?? ""} ${event.kind} ${event.text}`.toLowerCase().includes(word));
    const inStack = (event) => filter?.stack === null || filter?.stack === undefined || (event.service ?? "").startsWith(`${filter.stack}/`);
    const events = document_.events.filter((event) => fits(event) && inStack(event));
    this.list.replaceChildren(...eventRows(events));
    this.count.textContent = events.length === document_.events.length ? plural(events.length, "event") : `${events.length} of ${plural(document_.events.length, "event")}`;
    this.empty.hidden = events.length > 0;
    if (document_.events.length) this.empty.textContent = "No event fits the filter. Esc clears it.";
  }
}

/** The view of incidents in `root`. */
export class IncidentsView {
  constructor(root) {
    this.list = el("div");
    root.append(el("div.above", {}, el("h1", {}, "Incidents"), this.count = el("span.muted")), this.list);
  }

  update() {
    if (!state.loaded || holdsSelection(this.list)) return;
    const text = JSON.stringify(state.incidents);
    if (text === this.text) return;
    this.text = text;
    const open = state.incidents.filter((incident) => incident.state === "open");
    this.count.textContent = open.length ? `${open.length} open` : "none open";
    const newestFirst = [...state.incidents].reverse().sort((a, b) => (a.state === "closed") - (b.state === "closed"));
    const unfolded = new Set([...this.list.querySelectorAll("details[open]")].map((each) => each.dataset.id));
    this.list.replaceChildren(...newestFirst.map((incident) => card(incident, unfolded)));
    if (!newestFirst.length) this.list.append(el("p.empty", {}, "No incidents since hubdeck was started."));
  }
}

/** One incident with its history. */
function card(incident, unfolded) {
  const open = incident.state === "open";
  const took = incident.closed_at ? `, resolved after ${duration(Date.parse(incident.closed_at) - Date.parse(incident.opened_at))}` : "";
  return el(
    `article.incident.${incident.state}`,
    {},
    el("h2", {}, sign(open ? "unhealthy" : "completed"), `#${incident.id} `, incident.service ? el("a", { href: link(incident.service) }, incident.root) : incident.root, el("span.muted", {}, open ? [" open for ", age(incident.opened_at)] : took)),
    el("p", {}, clean(incident.sentence)),
    incident.blocked.length ? el("p.muted", {}, open ? "Blocks " : "Blocked ", list(incident.blocked)) : null,
    el(
      "details",
      { "data-id": String(incident.id), open: open || unfolded.has(String(incident.id)) },
      el("summary", {}, plural(incident.log.length, "change")),
      el("ol.events", {}, incident.log.map((entry) => el("li", {}, el("time", { datetime: entry.at, title: moment(entry.at) }, clock(entry.at)), el("span", {}, clean(entry.text))))),
    ),
  );
}

/** Services as links. */
export function list(ids) {
  return ids.map((id, at) => [at ? ", " : "", el("a", { href: link(id) }, id)]);
}

/** Open incidents above the map. */
export function openIncidents() {
  const open = state.incidents.filter((incident) => incident.state === "open");
  if (!open.length) return null;
  return el(
    "ul.incidents",
    { "aria-label": "Open incidents" },
    open.map((incident) => el("li", {}, el("a", { href: incident.service ? link(incident.service) : "#/incidents" }, `#${incident.id}`), " ", clean(incident.sentence), " ", el("small", {}, "open for ", age(incident.opened_at)))),
  );
}
