// What the page knows, and how it stays true: the event stream, or asking again where there is none.

import { Refused, events, get } from "./api.js";
import { clock, now } from "./dom.js";

/** Everything the views draw. */
export const state = {
  services: [],
  byId: new Map(),
  incidents: [],
  stacks: [],
  engine: null,
  layers: [],
  /** When the server was last heard of (our clock), and why it is not now. */
  heard: null,
  lost: null,
  streams: false,
  loaded: false,
  /** That a token is needed: nothing is asked until there is one. */
  refused: false,
  /** The version of hubdeck where it is another than that of the page. */
  update: null,
};

const listeners = new Set();
let wanted = false;
let running = false;
let lastStart = 0;
let pause = 250;
let ask = () => {};

/** Calls `listener({changes, error})` after every change of `state`. */
export function subscribe(listener) {
  listeners.add(listener);
}

function publish(news = {}) {
  for (const listener of listeners) listener(news);
}

/** Since when what is shown may be old: `{since, why}`; `null` while it is fresh. */
export function stale() {
  if (state.lost) return { since: state.lost.since, why: state.lost.why };
  if (state.engine?.status === "lost") {
    return { since: Date.parse(state.engine.since), why: `The engine does not answer: ${state.engine.error}`, retry: state.engine.retry_at };
  }
  return null;
}

/** The words of the header. */
export function liveWords() {
  const old = stale();
  if (old) return `stale since ${clock(old.since)}`;
  if (state.refused) return "needs a token";
  if (!state.loaded) return "connecting";
  if (state.engine?.status === "connecting") return "connecting to the engine";
  return state.streams ? "live" : "live, asked every 2 s";
}

/** Fetches everything soon; calls in quick succession are one. */
export function refresh() {
  wanted = true;
  if (running || state.refused) return;
  running = true;
  const wait = Math.max(0, lastStart + pause - performance.now());
  setTimeout(fetchAll, wait);
}

async function fetchAll() {
  wanted = false;
  lastStart = performance.now();
  try {
    // A token that is wrong fails once, not with every request at once.
    if (!state.loaded) await get("api/layers");
    const [services, incidents, discovery, layers] = await Promise.all([
      get("api/services"),
      get("api/incidents"),
      get("api/discovery"),
      state.loaded ? state.layers : get("api/layers"),
    ]);
    take(services, incidents, discovery, layers);
  } catch (error) {
    fail(error);
  }
  // A large answer is asked for less often.
  pause = Math.max(250, 4 * (performance.now() - lastStart));
  running = false;
  if (wanted) refresh();
}

function take(services, incidents, discovery, layers) {
  const changes = [];
  const known = state.byId;
  if (state.lost) compareVersions();
  state.lost = null;
  state.heard = now();
  if (services.services !== state.services) {
    state.byId = new Map(services.services.map((service) => [service.id, service]));
    for (const service of services.services) {
      const before = known.get(service.id);
      if (state.loaded && (!before || before.health.shown !== service.health.shown)) {
        changes.push({ service, from: before?.health.shown ?? null });
      }
    }
    state.services = services.services;
  }
  state.incidents = incidents.incidents;
  state.engine = discovery.engine;
  state.stacks = discovery.stacks.map((stack) => stack.name);
  state.layers = layers.layers ?? layers;
  const first = !state.loaded;
  state.loaded = true;
  if (first) ask();
  publish({ changes });
}

/** Another version may answer after a restart, and its page be another one. */
async function compareVersions() {
  try {
    const { version } = await get("api/health");
    const ours = document.querySelector("meta[name=version]")?.content;
    state.update = version === ours ? null : version;
    if (state.update) publish();
  } catch {
    // It is asked again after the next interruption.
  }
}

function fail(error) {
  if (error instanceof Refused && (error.status === 401 || error.status === 403)) {
    if (!state.refused) publish({ refused: error });
    state.refused = true;
    return;
  }
  if (!state.lost) {
    const why = error instanceof Refused ? `hubdeck refuses: ${error.message}` : "hubdeck does not answer";
    state.lost = { since: state.heard ?? now(), why };
  }
  state.lost.retry = error.retry ?? 0;
  publish({});
}

/**
 * Ends with `signal`, or when the page has been out of sight for a while: browsers open six
 * connections to a server, for all of their tabs.
 */
export function whileVisible(signal = undefined) {
  const hidden = new AbortController();
  let timer = null;
  const look = () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(() => hidden.abort(), 10000);
  };
  document.addEventListener("visibilitychange", look, { signal: hidden.signal });
  look();
  return signal ? AbortSignal.any([signal, hidden.signal]) : hidden.signal;
}

/** Resolves when the page is seen. */
export function visible() {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => document.addEventListener("visibilitychange", () => document.hidden || resolve()));
}

const sleep = (milliseconds) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    ask = () => {
      clearTimeout(timer);
      resolve();
    };
  });

/** Keeps `state` true for as long as the page is open. */
export async function run() {
  let lastId = null;
  let failures = 0;
  let retryStream = 0;
  refresh();
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && !state.refused) wake();
  });
  addEventListener("online", () => state.refused || wake());
  // Figures alone are no event; and a proxy may hold the stream back.
  let ticks = 0;
  setInterval(() => {
    ticks += 1;
    if (state.loaded && !document.hidden && (ticks % 2 === 0 || !state.streams)) refresh();
  }, 2500);
  for (;;) {
    if (performance.now() >= retryStream && !document.hidden && !state.refused && state.loaded) {
      try {
        for await (const event of events("api/events", { lastId, signal: whileVisible() })) {
          failures = 0;
          state.streams = true;
          if (event.id) lastId = event.id;
          refresh();
        }
        throw new Error("the stream ended");
      } catch (error) {
        state.streams = false;
        if (error instanceof Refused) {
          // Too old to be resumed, or of another run. Without the endpoint the page asks again instead.
          if ([400, 410].includes(error.status) && lastId) {
            lastId = null;
            continue;
          }
          retryStream = performance.now() + (error.status === 401 ? 0 : 30000);
        }
      }
    }
    failures += 1;
    refresh();
    if (state.refused) await sleep(2 ** 31 - 1);
    else if (document.hidden) await sleep(30000);
    else await sleep(state.lost ? Math.max(state.lost.retry, Math.min(5000, 250 * 2 ** Math.min(failures, 5))) : 2000);
  }
}

/** Asks now instead of when the pause is over. */
export function wake() {
  state.refused = false;
  ask();
  refresh();
}
