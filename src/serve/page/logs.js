// The log of a service: last lines, then each new one; a filter; following the end until the reader
// scrolls away.

import { Refused, events, open, servicePath } from "./api.js";
import { visible, whileVisible } from "./live.js";
import { clean, clock, el, moment, plural, setText } from "./dom.js";

const KEPT = 2000;
const TAIL = 300;
const LEVELS = ["trace", "debug", "info", "warning", "error", "fatal"];

/** The tab of logs of `id` in `root`; `close` ends its stream. */
export class LogView {
  constructor(root, id) {
    this.id = id;
    this.lines = [];
    this.waiting = [];
    this.dropped = 0;
    this.sources = new Set();
    this.lost = false;
    this.following = true;
    this.stop = new AbortController();
    this.query = el("input", { type: "search", placeholder: "text or /regex/", "aria-label": "Filter log lines", autocomplete: "off", spellcheck: "false", oninput: () => this.filter() });
    this.level = el("select", { "aria-label": "Least level", onchange: () => this.filter() }, el("option", { value: "-1" }, "All levels"), ["warning", "error"].map((level) => el("option", { value: LEVELS.indexOf(level) }, `${level} and worse`)));
    this.follow = el("button", { type: "button", "aria-pressed": "true", title: "Follow the end ( f )", onclick: () => this.setFollowing(!this.following) }, "Follow");
    this.wrap = el("button", { type: "button", "aria-pressed": "true", title: "Wrap long lines ( w )", onclick: () => this.setWrap() }, "Wrap");
    this.note = el("span.muted", { role: "status" }, "reading…");
    this.list = el("ol.log.wrapped", { tabindex: "0", "aria-label": `Log of ${id}`, onscroll: () => this.scrolled() });
    root.append(el("div.above", {}, this.query, this.level, this.follow, this.wrap, this.note), this.list);
    this.read();
  }

  close() {
    this.stop.abort();
  }

  async read() {
    let pause = 500;
    let lastId = null;
    while (!this.stop.signal.aborted) {
      try {
        // The id of the last line: who comes back with it goes on behind it.
        for await (const event of events(servicePath(this.id, `/logs?tail=${TAIL}&follow=true`), { signal: whileVisible(this.stop.signal), lastId, silence: 60000 })) {
          pause = 500;
          if (event.id) lastId = event.id;
          this.take(event);
        }
      } catch (error) {
        if (this.stop.signal.aborted) return;
        if (error instanceof Refused && error.status === 501) return this.readOnce();
        if (error instanceof Refused && error.status < 500 && error.status !== 429) return setText(this.note, error.message);
      }
      if (this.stop.signal.aborted) return;
      await visible();
      setText(this.note, `interrupted at ${clock(Date.now())}, trying again`);
      await new Promise((resolve) => setTimeout(resolve, pause));
      pause = Math.min(8000, pause * 2);
    }
  }

  /** Where nothing can be followed: the last lines. */
  async readOnce() {
    const text = await (await open(servicePath(this.id, `/logs?tail=${TAIL}`), { signal: this.stop.signal })).text();
    for (const line of text.split("\n")) if (line) this.add({ at: null, text: clean(line), level: -1, source: null });
    setText(this.note, "the last lines; this server does not follow logs");
  }

  take({ event, data }) {
    const line = JSON.parse(data);
    if (event === "line") this.add({ at: line.at, text: clean(line.text), level: LEVELS.indexOf(line.level), source: line.instance });
    else if (event === "dropped") this.dropped += line.lines;
    else if (event === "ended" || event === "failed") this.mark(`${line.instance} ended${line.error ? `: ${clean(line.error)}` : ""}`);
    else if (event === "mark") this.mark(`${line.instance}: ${line.mark}`, line.at);
    else if (event === "engine") this.engine(line.status === "lost");
  }

  /** A stream begins with how the engine stands: only a change is worth a line. */
  engine(lost) {
    if (lost !== this.lost) this.mark(lost ? "the engine does not answer" : "the engine answers again");
    this.lost = lost;
  }

  /** What is no line of the container itself. */
  mark(text, at = null) {
    this.add({ at, text: `– ${text} –`, level: LEVELS.length, source: null });
  }

  add(line) {
    if (line.source) this.sources.add(line.source);
    this.waiting.push(line);
    if (this.waiting.length > KEPT) {
      this.waiting.shift();
      this.dropped += 1;
    }
    this.drawing ??= requestAnimationFrame(() => this.draw());
  }

  draw() {
    this.drawing = null;
    const fits = this.fits();
    const nodes = this.waiting.map((line) => {
      line.node = row(line, this.sources.size > 1);
      line.node.hidden = !fits(line);
      return line.node;
    });
    this.lines.push(...this.waiting);
    this.waiting = [];
    this.list.append(...nodes);
    const surplus = this.lines.splice(0, Math.max(0, this.lines.length - KEPT));
    for (const line of surplus) line.node.remove();
    this.count();
    if (this.following) this.list.scrollTop = this.list.scrollHeight;
  }

  fits() {
    const level = Number(this.level.value);
    const text = this.query.value.trim();
    let found = (line) => line.includes(text.toLowerCase());
    this.query.setCustomValidity("");
    const pattern = /^\/(.+)\/(i?)$/.exec(text);
    if (pattern) {
      try {
        const regex = new RegExp(pattern[1], "i");
        found = (line) => regex.test(line);
      } catch {
        this.query.setCustomValidity("not a regular expression");
      }
    }
    return (line) => line.level >= level && (!text || found(line.text.toLowerCase()));
  }

  filter() {
    const fits = this.fits();
    this.query.reportValidity();
    for (const line of this.lines) line.node.hidden = !fits(line);
    this.count();
    if (this.following) this.list.scrollTop = this.list.scrollHeight;
  }

  count() {
    const shown = this.lines.filter((line) => !line.node.hidden).length;
    const all = plural(this.lines.length, "line");
    const dropped = this.dropped ? `, ${this.dropped} dropped` : "";
    setText(this.note, shown === this.lines.length ? `${all}${dropped}` : `${shown} of ${all}${dropped}`);
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.list;
    this.setFollowing(scrollHeight - scrollTop - clientHeight < 24, true);
  }

  setFollowing(following, scrolled = false) {
    this.following = following;
    this.follow.setAttribute("aria-pressed", String(following));
    if (following && !scrolled) this.list.scrollTop = this.list.scrollHeight;
  }

  setWrap() {
    const wrapped = this.list.classList.toggle("wrapped");
    this.wrap.setAttribute("aria-pressed", String(wrapped));
  }

  setLevel() {
    const error = String(LEVELS.indexOf("error"));
    this.level.value = this.level.value === error ? "-1" : error;
    this.filter();
  }
}

function row(line, named) {
  const level = line.level === LEVELS.length ? "mark" : LEVELS[line.level];
  return el(`li${level ? `.level-${level}` : ""}`, {}, line.at ? el("time", { datetime: line.at, title: moment(line.at) }, clock(line.at)) : null, named && line.source ? el("span.muted", {}, `${line.source} `) : null, el("span", {}, line.text));
}
