// Charts of a series: lines with gaps where nothing was measured, a limit, and the value under the
// pointer.

import { clock, duration, el, setText, svg } from "./dom.js";

const WIDTH = 560;
const HEIGHT = 130;
const LEFT = 64;
const BOTTOM = 18;
const TOP = 8;

/**
 * A chart of `lines` (`{name, values}`, a value per time or `null`) at `times` (milliseconds).
 * `write` makes words of a value, `limit` is drawn where it is near what was measured.
 */
export function chart({ title, times, lines, write, limit = null }) {
  const all = lines.flatMap((line) => line.values).filter((value) => value !== null);
  const last = lines.map((line) => line.values.findLast((value) => value !== null) ?? null);
  const head = el("figcaption", {}, el("b", {}, title), " ");
  lines.forEach((line, at) => head.append(el(`span.key.line-${at}`, {}, line.name ? `${line.name} ` : "", write(last[at])), " "));
  if (!all.length) return el("figure.chart", {}, head, el("p.empty", {}, "Nothing was measured in this time."));
  const most = Math.max(...all);
  const near = limit !== null && limit <= most * 2;
  const top = nice(near ? Math.max(most, limit) : most) || 1;
  const [from, to] = [times[0], Math.max(times[times.length - 1], times[0] + 1)];
  const x = (time) => LEFT + ((time - from) / (to - from)) * (WIDTH - LEFT - 6);
  const y = (value) => TOP + (1 - value / top) * (HEIGHT - TOP - BOTTOM);
  const image = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": words(title, lines, write, times) });
  for (const part of [0, 0.5, 1]) {
    const at = y(top * part);
    image.append(svg("path", { class: "grid", d: `M${LEFT} ${at}H${WIDTH - 6}` }), svg("text", { x: LEFT - 8, y: at + 4, class: "end" }, write(top * part)));
  }
  image.append(
    svg("text", { x: LEFT, y: HEIGHT - 3 }, clock(from)),
    svg("text", { x: WIDTH - 6, y: HEIGHT - 3, class: "end" }, clock(to)),
  );
  if (near) image.append(svg("path", { class: "limit", d: `M${LEFT} ${y(limit)}H${WIDTH - 6}` }, svg("title", {}, `limit ${write(limit)}`)));
  lines.forEach((line, at) => {
    if (lines.length === 1) image.append(svg("path", { class: "area", d: areas(times, line.values, x, y) }));
    image.append(svg("path", { class: `line-${at}`, d: path(times, line.values, x, y) }));
  });
  return el("figure.chart", {}, head, image, pointer(image, { times, lines, write, x }));
}

/** Runs of measured values: a gap ends one. */
function runs(times, values) {
  const all = [];
  let run = null;
  values.forEach((value, at) => {
    if (value === null) run = null;
    else {
      if (!run) all.push((run = []));
      run.push([times[at], value]);
    }
  });
  return all;
}

const round = (number) => Math.round(number * 10) / 10;

function path(times, values, x, y) {
  return runs(times, values)
    .map((run) => {
      const points = run.map(([time, value]) => `${round(x(time))} ${round(y(value))}`);
      // A single value is a dot.
      return `M${points.length > 1 ? points.join("L") : `${points[0]}h.01`}`;
    })
    .join("");
}

function areas(times, values, x, y) {
  return runs(times, values)
    .filter((run) => run.length > 1)
    .map((run) => {
      const points = run.map(([time, value]) => `${round(x(time))} ${round(y(value))}`).join("L");
      return `M${round(x(run[0][0]))} ${y(0)}L${points}V${y(0)}Z`;
    })
    .join("");
}

/** The next larger 1, 2 or 5 times a power of ten (of two for bytes above 1,024). */
function nice(value) {
  if (value <= 0) return 0;
  if (value > 4096) {
    const unit = 1024 ** Math.floor(Math.log(value) / Math.log(1024));
    return nice(value / unit) * unit;
  }
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 2.5, 5, 10].map((step) => step * power).find((step) => step >= value * 0.999);
}

/** What the chart says, for those who do not see it. */
function words(title, lines, write, times) {
  const span = duration(times[times.length - 1] - times[0]);
  const each = lines.map(({ name, values }) => {
    const known = values.filter((value) => value !== null);
    if (!known.length) return `${name} not measured`;
    return `${name} now ${write(known[known.length - 1])}, at most ${write(Math.max(...known))}`.trim();
  });
  return `${title}, last ${span}: ${each.join("; ")}`;
}

/** A line under the pointer with the values there. */
function pointer(image, { times, lines, write, x }) {
  const note = el("p.reading", { "aria-hidden": "true" }, "\u00a0");
  const mark = svg("path", { class: "mark" });
  image.append(mark);
  image.addEventListener("pointermove", (event) => {
    const box = image.getBoundingClientRect();
    const wanted = ((event.clientX - box.x) / box.width) * WIDTH;
    let best = 0;
    times.forEach((time, at) => {
      if (Math.abs(x(time) - wanted) < Math.abs(x(times[best]) - wanted)) best = at;
    });
    mark.setAttribute("d", `M${round(x(times[best]))} ${TOP}V${HEIGHT - BOTTOM}`);
    const values = lines.map(({ name, values: all }) => `${name} ${all[best] === null ? "not measured" : write(all[best])}`.trim());
    setText(note, `${clock(times[best])}  ${values.join(" · ")}`);
  });
  image.addEventListener("pointerleave", () => {
    mark.removeAttribute("d");
    setText(note, "\u00a0");
  });
  return note;
}
