// Requests: relative to the page, with the token of this tab, 304 from what is kept.

import { setServerTime } from "./dom.js";

const KEY = "hubdeck-token";
const kept = new Map();
let token = null;
try {
  token = sessionStorage.getItem(KEY);
} catch {
  // Without storage the token lasts until the page is loaded again.
}

/** An answer other than 2xx and 304: `status`, one sentence, and after how many milliseconds to try again. */
export class Refused extends Error {
  constructor(status, detail, retry = 0) {
    super(detail);
    this.status = status;
    this.retry = retry;
  }
}

export function setToken(value) {
  token = value;
  kept.clear();
  try {
    if (value) sessionStorage.setItem(KEY, value);
    else sessionStorage.removeItem(KEY);
  } catch {
    // See above.
  }
}

/** Where a service stands in the API. */
export const servicePath = (id, rest = "") => `api/services/${id.split("/").map(encodeURIComponent).join("/")}${rest}`;

/** The response to a GET; fails with `Refused`. */
export async function open(path, { headers = {}, signal } = {}) {
  const all = { ...headers };
  if (token) all.Authorization = `Bearer ${token}`;
  const response = await fetch(path, { headers: all, signal, cache: "no-store", credentials: "same-origin" });
  const date = Date.parse(response.headers.get("date") ?? "");
  if (!Number.isNaN(date)) setServerTime(date);
  if (response.ok || response.status === 304) return response;
  throw new Refused(response.status, await sentence(response), 1000 * (Number(response.headers.get("retry-after")) || 0));
}

async function sentence(response) {
  try {
    return (await response.json()).detail ?? response.statusText;
  } catch {
    return response.statusText || `status ${response.status}`;
  }
}

/** A document; the very same object as before where nothing changed. */
export async function get(path, type = "json", signal = undefined) {
  const before = kept.get(path);
  const headers = before?.etag ? { "If-None-Match": before.etag } : {};
  const response = await open(path, { headers, signal: signal ?? AbortSignal.timeout(15000) });
  if (response.status === 304 && before) return before.body;
  const body = await (type === "json" ? response.json() : response.text());
  kept.delete(path);
  kept.set(path, { etag: response.headers.get("etag"), body });
  if (kept.size > 24) kept.delete(kept.keys().next().value);
  return body;
}

/**
 * The events of a stream: `{event, data, id}`. Ends with the stream; fails where nothing comes for
 * `silence` milliseconds, comments included.
 */
export async function* events(path, { signal, lastId, silence = 45000 } = {}) {
  const watch = new AbortController();
  const give = () => watch.abort(new Error("the stream is silent"));
  let timer = setTimeout(give, silence);
  const headers = { Accept: "text/event-stream" };
  if (lastId) headers["Last-Event-ID"] = lastId;
  try {
    const all = signal ? AbortSignal.any([signal, watch.signal]) : watch.signal;
    const response = await open(path, { headers, signal: all });
    if (!response.headers.get("content-type")?.startsWith("text/event-stream")) throw new Refused(501, "no event stream");
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(give, silence);
      const blocks = (rest + value).replace(/\r\n?/g, "\n").split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) {
        const event = parse(block);
        if (event) yield event;
      }
    }
  } finally {
    clearTimeout(timer);
    watch.abort();
  }
}

function parse(block) {
  const event = { event: "message", data: null, id: null };
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    if (colon === 0) continue;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "data") event.data = event.data === null ? value : `${event.data}\n${value}`;
    else if (name === "event") event.event = value;
    else if (name === "id") event.id = value;
  }
  return event.data === null ? null : event;
}
