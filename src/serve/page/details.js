// The details of one service: overview, why, metrics, log, events.

import { get, servicePath } from "./api.js";
import { chart } from "./chart.js";
import { age, bytes, clean, el, holdsSelection, link, millis, moment, percent, rate, sign } from "./dom.js";
import { state } from "./live.js";
import { LogView } from "./logs.js";
import { total } from "./map.js";
import { eventRows, list } from "./past.js";

const TABS = [["overview", "Overview"], ["why", "Why"], ["metrics", "Metrics"], ["logs", "Logs"], ["events", "Events"]];
const WINDOWS = [["5m", "5 min"], ["15m", "15 min"], ["75m", "75 min"]];

/** The panel of details in `root`. */
export class DetailsView {
  constructor(root) {
    this.root = root;
    this.window = "15m";
    this.container = 0;
  }

  /** Shows `tab` of the service `id`; without one Why where it does not work, else the overview. */
  open(id, tab) {
    const service = state.byId.get(id);
    const chosen = tab ?? (service && isBroken(service) ? "why" : "overview");
    if (this.id === id && this.tab === chosen) return this.update();
    this.close();
    [this.id, this.tab] = [id, chosen];
    this.root.hidden = false;
    this.title = el("h1");
    this.lead = el("p.lead");
    this.body = el("div.tab");
    this.back = el("a.close", { href: "#/", "aria-label": "Close details", title: "Close ( Esc )" }, "×");
    const tabs = TABS.map(([name, words]) => el("a", { href: link(id, name), "aria-current": name === chosen ? "page" : null, "data-tab": name }, words));
    this.root.replaceChildren(el("div.head", {}, this.title, this.back), this.lead, el("nav.tabs", { "aria-label": "Details" }, tabs), this.body);
    this.root.scrollTop = 0;
    this.text = null;
    if (chosen === "logs") this.log = new LogView(this.body, id);
    this.update();
  }

  close() {
    this.log?.close();
    this.log = null;
    this.id = null;
    this.root.hidden = true;
    this.root.replaceChildren();
  }

  update() {
    if (!this.id || !state.loaded) return;
    const service = state.byId.get(this.id);
    if (!service) return this.gone();
    const { health } = service;
    this.title.replaceChildren(sign(health.shown), service.display_name, service.stack ? el("small", {}, ` ${service.stack}`) : "");
    this.lead.replaceChildren(el("b", {}, health.shown), health.since_known ? " for " : " for at least ", age(health.since), this.tab === "why" ? "" : `: ${health.reason}`);
    this.lead.className = `lead ${health.shown}`;
    if (this.tab === "overview") this.put(JSON.stringify(service), () => overview(service));
    else if (this.tab === "why") this.ask(servicePath(this.id, "/explain"), (answer) => why(answer, service));
    else if (this.tab === "events") this.ask(`api/timeline?limit=200&service=${encodeURIComponent(this.id)}`, ({ events: all }) => events(all));
    else if (this.tab === "metrics") this.metrics(service);
  }

  gone() {
    this.title.textContent = this.id;
    this.lead.textContent = "There is no such service (any more).";
    this.body.replaceChildren();
  }

  /** Writes the tab where what it shows changed, and no text in it is selected. */
  put(text, make) {
    if (text === this.text || (this.text !== null && holdsSelection(this.body))) return;
    this.text = text;
    const unfolded = [...this.body.querySelectorAll("details")].map((each) => each.open);
    this.body.replaceChildren(...[make()].flat(Infinity).filter(Boolean));
    [...this.body.querySelectorAll("details")].forEach((each, at) => {
      if (at in unfolded) each.open = unfolded[at];
    });
  }

  async ask(path, make) {
    const id = this.id;
    const tab = this.tab;
    if (this.text === null && !this.body.childNodes.length) this.body.append(el("p.empty", {}, "Loading…"));
    try {
      const answer = await get(path);
      if (this.id === id && this.tab === tab) this.put(JSON.stringify(answer), () => make(answer));
    } catch (error) {
      if (this.text === null && this.id === id && this.tab === tab) this.body.replaceChildren(el("p.empty", {}, error.message));
    }
  }

  metrics(service) {
    const choose = (window_) => {
      this.window = window_;
      this.text = null;
      this.update();
    };
    const containers = (all) =>
      all.length < 2
        ? null
        : el("div.choice", { role: "group", "aria-label": "Container" }, all.map(({ name }, at) => el("button", { type: "button", "aria-pressed": String(at === Math.min(this.container, all.length - 1)), onclick: () => {
            this.container = at;
            this.text = null;
            this.update();
          } }, name)));
    const windows = () => el("div.choice", { role: "group", "aria-label": "Time" }, WINDOWS.map(([id, words]) => el("button", { type: "button", "aria-pressed": String(id === this.window), onclick: () => choose(id) }, words)));
    this.ask(servicePath(this.id, `/metrics?window=${this.window}`), (answer) => [el("div.above", {}, containers(answer.instances), windows()), ...charts(answer, this.container, service)]);
  }
}

export const isBroken = (service) => ["unhealthy", "degraded"].includes(service.health.shown) || service.health.blocked_by.length > 0;

/** Rows of names and values; a row without a value is left out. */
function facts(rows) {
  const shown = rows.filter(([, value]) => value !== null && value !== undefined && value !== "" && value?.length !== 0);
  return el("dl", {}, shown.map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

function overview(service) {
  const { health, limits } = service;
  const { docker, probe } = health;
  return [
    health.blocked_by.length ? el("p.callout", {}, "Blocked by ", list(health.blocked_by)) : null,
    el("h2", {}, "Health"),
    facts([
      ["Probe", probe && [sign(probe.success ? "healthy" : "unhealthy"), `${probe.kind} ${clean(probe.target)}: ${clean(probe.message)}`, probe.latency_ms === null ? "" : ` in ${millis(probe.latency_ms)}`, ", ", age(probe.checked_at), " ago"]],
      ["Phases", probe?.phases && phases(probe.phases)],
      ["Certificate", probe?.certificate_until && `until ${moment(probe.certificate_until)}`],
      ["Docker", docker ? `${docker.status}${docker.failing_streak ? `, ${docker.failing_streak} failed in a row` : ""}` : "no healthcheck"],
      ["Badges", health.overlays.join(", ")],
    ]),
    el("h2", {}, "Service"),
    facts([
      ["Image", service.image],
      ["Version", service.version],
      ["Newer image", service.newer_image?.state === "newer" ? "the registry has one" : null],
      ["Layer", `${layerTitle(service.layer)}: ${service.layer_reason}`],
      ["Replicas", `${service.replicas.running} of ${service.replicas.total} running`],
      ["Ports", service.ports.map(port).join(", ")],
      ["Limits", limits && limitWords(limits)],
      ["Depends on", list(service.depends_on)],
      ["Dependents", list(service.needed_by)],
      ["Missing", service.missing.map((each) => each.name).join(", ")],
    ]),
    el("h2", {}, "Containers"),
    service.instances.length ? instances(service.instances) : el("p.empty", {}, "No container."),
    service.logs ? logFigures(service.logs) : null,
  ];
}

const layerTitle = (id) => state.layers.find((layer) => layer.id === id)?.title ?? id;

const phases = (all) =>
  [["dns", all.dns_ms], ["connect", all.connect_ms], ["tls", all.tls_ms], ["first byte", all.first_byte_ms]]
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `${name} ${millis(value)}`)
    .join(" · ");

function port({ container, protocol, published, address, planned }) {
  const outside = published ? `${address ?? ""}:${published} → ` : planned ? `${planned} → ` : "";
  return `${outside}${container}/${protocol}`;
}

function limitWords(limits) {
  const parts = [];
  if (limits.memory_bytes) parts.push(`memory ${bytes(limits.memory_bytes)}`);
  if (limits.memory_reservation_bytes) parts.push(`reserved ${bytes(limits.memory_reservation_bytes)}`);
  if (limits.cpus) parts.push(`${limits.cpus} CPUs`);
  if (limits.pids) parts.push(`${limits.pids} processes`);
  return parts.join(", ") || "none";
}

function instances(all) {
  const cell = (words) => el("td.number", {}, words);
  const rows = all.map((each) =>
    el("tr", {}, el("th", { scope: "row" }, each.name), el("td", {}, `${each.state}${each.exit_code === null ? "" : ` (${each.exit_code})`}${each.oom_killed ? ", OOM-killed" : ""}`), el("td.number", {}, each.started_at ? age(each.started_at) : "–"), cell(each.restarts ?? "–"), cell(percent(each.cpu_percent)), el("td.number", {}, bytes(each.memory_bytes), meter(each)), cell(`${rate(each.network_rx_bytes_per_s)} / ${rate(each.network_tx_bytes_per_s)}`)),
  );
  const heads = ["Container", "State", "Started", "Restarts", "CPU", "Memory", "Net ↓ / ↑"];
  return el("div.wide", {}, el("table", {}, el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))), el("tbody", {}, rows)));
}

/** Memory against its limit. */
function meter({ memory_bytes: used, memory_limit_bytes: limit }) {
  if (!used || !limit) return null;
  return el("meter", { min: 0, max: limit, value: used, high: limit * 0.9, title: `of ${bytes(limit)}`, "aria-label": `of ${bytes(limit)}` });
}

function logFigures({ last_minute: minute, errors: patterns, burst }) {
  const words = minute && [`${minute.lines_per_s.toFixed(1)} lines/s`, `${minute.errors_per_s.toFixed(2)} errors/s`];
  const requests = minute?.requests && `${minute.requests.requests_per_s.toFixed(1)}/s, ${minute.requests.server_errors_per_s.toFixed(2)} 5xx/s, p95 ${millis(minute.requests.p95_ms)}`;
  return [
    el("h2", {}, "Log"),
    facts([["Rate", words?.join(", ")], ["Requests", requests], ["Burst", burst && !burst.until ? `${burst.errors} errors since ${moment(burst.since)}` : null], ["Errors", (patterns ?? []).map((each) => el("p", {}, `${each.count}× `, el("code", {}, clean(each.template)), each.is_new ? " (new)" : ""))]]),
  ];
}

function why(answer, service) {
  const hint = answer.candidates?.[0];
  return [
    el(`p.callout.${service.health.shown}`, {}, clean(answer.sentence)),
    answer.incident ? el("p.muted", {}, el("a", { href: "#/incidents" }, `Incident #${answer.incident.id ?? answer.incident}`)) : null,
    hint ? [el("h2", {}, "Likely cause"), el("p", {}, clean(hint.words ?? hint.hint)), hint.evidence ? el("blockquote", {}, clean(hint.evidence)) : null] : null,
    answer.try_next?.length ? [el("h2", {}, "Try next"), el("ul", {}, answer.try_next.map((each) => el("li", {}, withCommand(clean(each), answer.commands ?? []))))] : null,
    el("h2", {}, "Evidence"),
    answer.evidence.length
      ? el("ol.events", {}, answer.evidence.map((each) => el("li", {}, each.at ? el("time", { datetime: each.at, title: moment(each.at) }, moment(each.at)) : el("time"), each.outcome ? sign(each.outcome === "success" ? "healthy" : "unhealthy") : el("span.sign.kind", {}, "·"), el("span.muted", {}, each.source), el("span", {}, clean(each.text), each.count > 1 ? el("b", {}, ` ×${each.count}`) : null, each.remark ? el("span.muted", {}, ` ← ${each.remark.replaceAll("_", " ")}`) : null))))
      : el("p.empty", {}, `${service.display_name} has no evidence yet.`),
  ];
}

/** Commands and what stands between back quotes in type for code. */
const withCommand = (text, commands) =>
  commands.includes(text) ? el("code", {}, text) : text.split("`").map((part, at) => (at % 2 ? el("code", {}, part) : part));

function events(all) {
  if (!all.length) return el("p.empty", {}, "Nothing happened to it since hubdeck was started.");
  return el("ol.events", {}, eventRows(all, false));
}

/** A chart for each thing that was measured of one container, and of the probe. */
function charts({ instances: all, probe }, number, service) {
  const series = all[Math.min(number, all.length - 1)];
  const limit = service.instances.find(({ id }) => id === series?.id)?.memory_limit_bytes ?? null;
  const wanted = [
    { title: "CPU", of: series, lines: [["", "cpu_percent"]], write: percent },
    { title: "Memory", of: series, lines: [["", "memory_bytes"]], write: bytes, limit },
    { title: "Network", of: series, lines: [["in", "network_rx_bytes_per_s"], ["out", "network_tx_bytes_per_s"]], write: rate },
    { title: "Disk", of: series, lines: [["read", "block_read_bytes_per_s"], ["write", "block_write_bytes_per_s"]], write: rate },
    { title: "Probe", of: probe, lines: [["", "latency_ms"]], write: millis },
  ].filter(({ of }) => of?.at.length);
  if (!wanted.length) return [el("p.empty", {}, "Nothing was measured in this time: containers are sampled every few seconds.")];
  return wanted.map(({ title, of, lines, write, limit: most }) =>
    chart({ title, times: of.at.map((at) => Date.parse(at)), lines: lines.map(([name, column]) => ({ name, values: of[column] })), write, limit: most }),
  );
}
