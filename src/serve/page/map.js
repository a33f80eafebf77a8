// The map: an SVG that the server lays out, with live figures, the selection and its dependencies.

import { get } from "./api.js";
import { bytes, el, millis, percent, setText } from "./dom.js";
import { state } from "./live.js";

const CARD = 264;
const policy = globalThis.trustedTypes?.createPolicy("hubdeck", { createHTML: (text) => text }) ?? { createHTML: (text) => text };

/** The view of the map in `root`. */
export class MapView {
  constructor(root, select) {
    this.root = root;
    // The map that came with the page stays until the first one that fits the window.
    this.figure = document.querySelector("main > figure.map") ?? el("figure.map", { id: "map" });
    this.root.append(this.figure);
    this.drawn = null;
    this.asked = 0;
    this.figure.addEventListener("pointerover", (event) => this.relate(cardOf(event.target)));
    this.figure.addEventListener("pointerout", () => this.relate(null));
    this.figure.addEventListener("focusin", (event) => {
      const card = cardOf(event.target);
      if (card) select(card.dataset.service);
      this.relate(card);
    });
    this.watch = new ResizeObserver(() => this.update());
    this.watch.observe(this.figure);
  }

  /** Cards that fit beside each other without being too small to read. */
  columns() {
    const width = this.figure.clientWidth;
    const least = width < 700 ? 0.8 : 0.9;
    return Math.max(1, Math.min(10, Math.floor((width / least - 160) / CARD)));
  }

  /** Draws again where something on it changed, and writes the figures. */
  update(filter = this.filter) {
    this.filter = filter;
    if (!this.figure.isConnected || !state.loaded || this.figure.clientWidth === 0) return;
    const query = new URLSearchParams({ columns: this.columns() });
    if (filter?.stack !== null && filter?.stack !== undefined) query.set("stack", filter.stack);
    const shape = `${query} ${state.services.map(signature).join("\n")}`;
    if (shape !== this.drawn) {
      this.drawn = shape;
      this.draw(`api/map?${query}`);
    } else this.decorate();
  }

  async draw(path) {
    const asked = ++this.asked;
    try {
      const text = await get(path, "text");
      if (asked !== this.asked) return;
      const image = new DOMParser().parseFromString(policy.createHTML(text), "image/svg+xml").documentElement;
      const natural = Number(image.getAttribute("width"));
      const room = Math.min(this.figure.clientWidth > 1400 ? 1.35 : 1.1, this.figure.clientWidth / natural);
      if (room > 1) for (const side of ["width", "height"]) image.setAttribute(side, String(Math.floor(image.getAttribute(side) * room)));
      const focused = cardOf(document.activeElement)?.dataset.service;
      this.figure.replaceChildren(document.importNode(image, true));
      if (focused) this.card(focused)?.focus({ preventScroll: true });
      this.decorate();
    } catch {
      // The header says that the server does not answer; the next change draws again.
      this.drawn = null;
    }
  }

  cards() {
    return [...this.figure.querySelectorAll("a.card")];
  }

  /** Those that fit the filter. */
  found() {
    return this.cards().filter((card) => !card.classList.contains("pale"));
  }

  card(id) {
    return this.figure.querySelector(`a.card[data-service="${CSS.escape(id)}"]`);
  }

  decorate() {
    for (const card of this.cards()) {
      const service = state.byId.get(card.dataset.service);
      if (!service) continue;
      card.classList.toggle("pale", this.filter?.fits ? !this.filter.fits(service) : false);
      card.classList.toggle("chosen", service.id === this.selected);
      if (service.id === this.selected) card.setAttribute("aria-current", "true");
      else if (card.hasAttribute("aria-current")) card.removeAttribute("aria-current");
      const works = ["healthy", "running"].includes(service.health.shown) && !service.health.blocked_by.length;
      const line = card.querySelector(".why");
      if (works && line) setText(line, figures(service));
    }
    this.relate(this.selected ? this.card(this.selected) : null);
  }

  select(id) {
    this.selected = id;
    this.decorate();
  }

  /** Shows what `card` depends on, and what depends on it. */
  relate(card) {
    const id = card?.dataset.service ?? this.selected;
    this.figure.classList.toggle("related", Boolean(id && this.card(id)));
    const near = new Set([id]);
    for (const line of this.figure.querySelectorAll("[data-from]")) {
      const { from, to } = line.dataset;
      line.classList.toggle("needs", from === id);
      line.classList.toggle("needed", to === id);
      if (from === id) near.add(to);
      if (to === id) near.add(from);
    }
    for (const service of state.services) if (service.health.blocked_by.includes(id)) near.add(service.id);
    for (const other of this.cards()) other.classList.toggle("near", near.has(other.dataset.service));
  }

  /** The card beside the chosen one in a direction; the first one where none is chosen. */
  step(key) {
    const cards = this.found();
    const from = this.card(this.selected) ?? null;
    if (!from) return this.worst(cards);
    const here = middle(from);
    const along = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
    let best = null;
    for (const card of cards) {
      const there = middle(card);
      const [x, y] = [there.x - here.x, there.y - here.y];
      const forward = x * along[0] + y * along[1];
      const aside = Math.abs(x * along[1]) + Math.abs(y * along[0]);
      if (card === from || forward < 8) continue;
      const cost = forward + 2.5 * aside;
      if (!best || cost < best.cost) best = { card, cost };
    }
    return best?.card.dataset.service ?? this.selected;
  }

  /** An untouched map begins at the root of the trouble. */
  worst(cards) {
    const open = state.incidents.find((incident) => incident.state === "open" && incident.service);
    return open?.service ?? cards[0]?.dataset.service ?? null;
  }

  show(id) {
    this.card(id)?.focus({ preventScroll: true });
    this.reveal(id);
  }

  reveal(id) {
    this.card(id)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

const cardOf = (node) => node?.closest?.("a.card") ?? null;

function middle(card) {
  const box = card.getBoundingClientRect();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** What decides how a card looks and where it stands, without its figures. */
function signature(service) {
  const { health } = service;
  return [
    service.id, service.layer, health.shown, health.state, health.reason, health.blocked_by, service.image, service.replicas.running,
    service.replicas.total, service.endpoints, service.depends_on, service.version,
  ].join();
}

/** `3.1 ms · 0.7 % · 14.7 MiB`. */
export function figures(service) {
  const parts = [];
  const probe = service.health.probe;
  if (probe?.success && probe.latency_ms !== null) parts.push(millis(probe.latency_ms));
  const cpu = total(service, "cpu_percent");
  if (cpu !== null) parts.push(percent(cpu));
  const memory = total(service, "memory_bytes");
  if (memory !== null) parts.push(bytes(memory));
  return parts.join(" · ");
}

/** A figure over all instances; `null` where none was measured. */
export function total(service, name) {
  const values = service.instances.map((instance) => instance[name]).filter((value) => value !== null && value !== undefined);
  return values.length ? values.reduce((sum, value) => sum + value, 0) : null;
}

