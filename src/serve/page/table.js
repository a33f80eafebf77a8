// The table of services: sorted, filtered, in groups; a row is only written again where it changed.

import { age, bytes, el, link, millis, now, percent, setText, sign } from "./dom.js";
import { state } from "./live.js";
import { total } from "./map.js";

const WORST = ["unhealthy", "degraded", "paused", "unknown", "starting", "stopped", "completed", "running", "healthy"];
const rank = (service) => WORST.indexOf(service.health.shown);
const started = (service) => {
  const times = service.instances.map((instance) => instance.state === "running" && instance.started_at).filter(Boolean);
  return times.length ? times.sort()[0] : null;
};
const restarts = (service) => total(service, "restarts");

/** Columns: id, head, what is sorted by (numbers: largest first), class. */
const COLUMNS = [
  ["state", "State", rank, "state"],
  ["name", "Service", (service) => service.id, "name"],
  ["reason", "Reason", null, "grow"],
  ["latency", "Probe", (service) => service.health.probe?.latency_ms ?? null, "number"],
  ["cpu", "CPU", (service) => total(service, "cpu_percent"), "number"],
  ["memory", "Memory", (service) => total(service, "memory_bytes"), "number"],
  ["restarts", "Restarts", restarts, "number"],
  ["uptime", "Up", (service) => (started(service) ? now() - Date.parse(started(service)) : null), "number"],
  ["image", "Image", (service) => service.image ?? "", "image"],
];
const SORTABLE = COLUMNS.filter(([, , key]) => key);

/** The view of the table in `root`. */
export class TableView {
  constructor(root, choose) {
    this.choose = choose;
    this.sort = { column: "state", reverse: false };
    this.group = "layer";
    this.rows = new Map();
    this.heads = new Map();
    const head = COLUMNS.map(([id, title, key, kind]) => this.head(id, title, key, kind));
    this.body = el("div.groups");
    this.table = el("table.services", { "aria-label": "Services" }, el("thead", {}, el("tr", {}, head)));
    this.empty = el("p.empty", { hidden: true });
    this.groups = el(
      "div.choice",
      { role: "group", "aria-label": "Group by" },
      [["layer", "By layer"], ["stack", "By stack"], ["none", "One list"]].map(([id, words]) =>
        el("button", { type: "button", "data-group": id, "aria-pressed": String(id === this.group), onclick: () => this.groupBy(id) }, words),
      ),
    );
    root.append(el("div.above", {}, el("h1", {}, "Services"), this.count = el("span.muted"), this.groups), el("div.wide", {}, this.table), this.empty);
  }

  head(id, title, key, kind) {
    if (!key) return el("th", { scope: "col", class: kind }, title);
    const head = el("th", { scope: "col", class: kind }, el("button", { type: "button", onclick: () => this.sortBy(id) }, title));
    this.heads.set(id, head);
    return head;
  }

  groupBy(id) {
    this.group = id;
    for (const button of this.groups.children) button.setAttribute("aria-pressed", String(button.dataset.group === id));
    this.update();
  }

  sortBy(id) {
    this.sort = { column: id, reverse: this.sort.column === id ? !this.sort.reverse : false };
    this.update();
  }

  /** The next or previous column. */
  sortNext(by) {
    const at = SORTABLE.findIndex(([id]) => id === this.sort.column);
    this.sort = { column: SORTABLE[(at + by + SORTABLE.length) % SORTABLE.length][0], reverse: false };
    this.update();
  }

  /** Rows in order, as groups with their titles. */
  arranged() {
    const fits = this.filter?.fits ?? (() => true);
    const inStack = (service) => this.filter?.stack === null || this.filter?.stack === undefined || (service.stack ?? "") === this.filter.stack;
    const shown = state.services.filter((service) => inStack(service) && fits(service)).sort(this.order());
    if (this.group === "none") return [["", shown]];
    const groups = new Map();
    if (this.group === "layer") for (const layer of state.layers) groups.set(layer.id, [layer.title, []]);
    for (const service of shown) {
      const id = this.group === "layer" ? service.layer : (service.stack ?? "");
      if (!groups.has(id)) groups.set(id, [id || "Without a stack", []]);
      groups.get(id)[1].push(service);
    }
    const all = [...groups.values()].filter(([, members]) => members.length);
    return this.group === "stack" ? all.sort(([a], [b]) => a.localeCompare(b)) : all;
  }

  order() {
    const [, , key] = COLUMNS.find(([id]) => id === this.sort.column);
    const way = this.sort.reverse ? -1 : 1;
    const largestFirst = !["state", "name", "image"].includes(this.sort.column);
    return (a, b) => {
      const [x, y] = [key(a), key(b)];
      if (x === null || y === null) return (x === null) - (y === null) || a.id.localeCompare(b.id);
      const order = typeof x === "string" ? x.localeCompare(y) : largestFirst ? y - x : x - y;
      return way * order || a.id.localeCompare(b.id);
    };
  }

  update(filter = this.filter) {
    this.filter = filter;
    if (!state.loaded) return;
    const groups = this.arranged();
    const bodies = groups.map(([title, members]) => {
      const rows = members.map((service) => this.row(service));
      const key = title || "all";
      return this.groupBody(key, title, members.length, rows);
    });
    const inPlace = [...this.table.tBodies];
    if (bodies.length !== inPlace.length || bodies.some((body, at) => body !== inPlace[at])) {
      for (const body of inPlace) body.remove();
      this.table.append(...bodies);
    }
    const count = groups.reduce((sum, [, members]) => sum + members.length, 0);
    setText(this.count, count === state.services.length ? `${count}` : `${count} of ${state.services.length}`);
    this.empty.hidden = count > 0;
    setText(this.empty, state.services.length ? "No service fits the filter. Esc clears it." : "The engine has no containers yet. Services appear here as soon as there are some.");
    for (const [id, head] of this.heads) {
      const chosen = id === this.sort.column;
      head.setAttribute("aria-sort", chosen ? (this.sort.reverse ? "descending" : "ascending") : "none");
    }
    for (const id of this.rows.keys()) if (!state.byId.has(id)) this.rows.delete(id);
  }

  groupBody(key, title, count, rows) {
    this.bodies ??= new Map();
    let body = this.bodies.get(key);
    if (!body) {
      body = el("tbody");
      body.head = title ? el("tr.group", {}, el("th", { scope: "colgroup", colspan: 3 }, title, " ", el("span.muted")), COLUMNS.slice(3).map(([, , , kind]) => el(kind === "image" ? "td.image" : "td"))) : null;
      this.bodies.set(key, body);
    }
    if (body.head) setText(body.head.querySelector("span"), String(count));
    const wanted = body.head ? [body.head, ...rows] : rows;
    if (wanted.length !== body.children.length || wanted.some((row, at) => row !== body.children[at])) body.replaceChildren(...wanted);
    return body;
  }

  row(service) {
    let row = this.rows.get(service.id);
    if (!row) {
      row = el("tr", { "data-service": service.id, onclick: (event) => event.target.closest("a") || this.choose(service.id) });
      this.rows.set(service.id, row);
    }
    if (row.service !== service) {
      row.service = service;
      const cells = this.cells(service);
      const text = cells.map(([, words]) => words).join("\u0000");
      if (text !== row.text) {
        row.text = text;
        row.replaceChildren(...cells.map(([node]) => node));
      }
      row.className = service.health.shown;
    }
    row.classList.toggle("chosen", service.id === this.selected);
    return row;
  }

  /** Cells with what decides whether they are written again. */
  cells(service) {
    const { health } = service;
    const since = started(service);
    const name = service.stack ? [el("span.muted", {}, `${service.stack}/`), service.display_name] : [service.display_name];
    const shown = health.blocked_by.length ? `${health.reason} – blocked by ${health.blocked_by.join(", ")}` : health.reason;
    const plain = (kind, words) => [el(`td${kind}`, {}, words), words];
    return [
      [el("td.state", {}, sign(health.shown), health.shown), health.shown],
      [el("th", { scope: "row" }, el("a", { href: link(service.id) }, name)), service.display_name],
      [el("td.grow", { title: shown }, el("span", {}, shown)), shown],
      plain(".number", millis(health.probe?.latency_ms)),
      plain(".number", percent(total(service, "cpu_percent"))),
      plain(".number", bytes(total(service, "memory_bytes"))),
      plain(".number", String(restarts(service) ?? "–")),
      [el("td.number", {}, since ? age(since) : "–"), since ?? ""],
      [el("td.image", { title: service.image ?? "" }, shortImage(service.image)), service.image ?? ""],
    ];
  }

  select(id) {
    this.selected = id;
    for (const [each, row] of this.rows) row.classList.toggle("chosen", each === id);
  }

  step(key) {
    const rows = [...this.table.querySelectorAll("tr[data-service]")];
    const at = rows.findIndex((row) => row.dataset.service === this.selected);
    const next = { ArrowDown: at + 1, ArrowUp: Math.max(0, at - 1), Home: 0, End: rows.length - 1 }[key] ?? at;
    return rows[Math.min(next, rows.length - 1)]?.dataset.service ?? null;
  }

  show(id) {
    this.rows.get(id)?.querySelector("a")?.focus({ preventScroll: true });
    this.reveal(id);
  }

  reveal(id) {
    this.rows.get(id)?.scrollIntoView({ block: "nearest" });
  }
}

/** `nginx:1.25`: without registry, owner and digest. */
export function shortImage(image) {
  return image ? image.replace(/@.*/, "").split("/").pop() : "–";
}
