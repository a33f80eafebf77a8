"""One small HTTP service of the example hub; ROLE says which: backend, aggregator, mcp or frontend.

    service.py                start the service of ROLE on PORT
    service.py fault MODE     switch the running service in this container: ok, slow, fail or crash

Every service answers GET /health with {"status", "version", "checks"}, logs one JSON object a line, and passes the
X-Correlation-ID it was called with on to what it calls. Standard library only.
"""

import contextvars
import json
import os
import pathlib
import random
import select
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ROLE = os.environ.get("ROLE", "backend")
PORT = int(os.environ.get("PORT", "8000"))
VERSION = os.environ.get("VERSION", "0.0.0")
TIMEOUT_SECONDS = 3.0
SLOW_SECONDS = 2.5
FAULTS = ("ok", "slow", "fail", "crash")

correlation = contextvars.ContextVar("correlation", default="")


def log(level, message, **fields):
    """Print one log line: a JSON object with the fields every service of the hub has."""
    now = time.time()
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1000):03d}Z"
    line = {"timestamp": stamp, "level": level, "logger": ROLE, "message": message}
    line["correlation_id"] = correlation.get()
    line.update(fields)
    print(json.dumps(line), flush=True)


# Connections that stay open between two calls, by what they lead to.
kept = {}
redis_lock = threading.Lock()


class Failure(Exception):
    """A dependency did not do what it was asked; the text names it."""


# --- what a service calls -------------------------------------------------------------------------------------------


def address_of(url):
    """("db", 5432) of postgresql://user:password@db:5432/name."""
    parts = urllib.parse.urlsplit(url)
    return parts.hostname, parts.port


def call(base_url, path):
    """GET base_url + path from another service of the hub and decode its JSON answer."""
    request = urllib.request.Request(base_url + path, headers={"X-Correlation-ID": correlation.get()})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
            return json.load(answer)
    except (OSError, ValueError) as error:
        raise Failure(f"GET {base_url}{path}: {error}") from error


def database_answers():
    """Knock at PostgreSQL's port with an SSLRequest, which a server that accepts connections answers by S or N."""
    host, port = address_of(os.environ["DATABASE_URL"])
    try:
        server = socket.create_connection((host, port), TIMEOUT_SECONDS)
        server.sendall(b"\x00\x00\x00\x08\x04\xd2\x16\x2f")
        answer = server.recv(1)
    except OSError as error:
        raise Failure(f"database {host}:{port}: {error}") from error
    # Like a pool's, a connection stays open until the next one is there; then the last one is closed.
    kept["database"] = server
    if answer not in (b"S", b"N"):
        raise Failure(f"database {host}:{port}: unexpected answer {answer!r}")


def redis(*command):
    """Send one command to Redis in its own protocol and return the reply: text, a number or None."""
    url = urllib.parse.urlsplit(os.environ["REDIS_URL"])
    with redis_lock:
        server, lines = kept.pop("redis", (None, None))
        try:
            # Redis says nothing unasked: a connection with something to read was closed there.
            if server is None or select.select([server], [], [], 0)[0]:
                server = socket.create_connection((url.hostname, url.port), TIMEOUT_SECONDS)
                lines = server.makefile("rwb")
                ask(lines, "SELECT", url.path.strip("/") or "0")
            reply = ask(lines, *command)
        except OSError as error:
            raise Failure(f"redis {url.hostname}:{url.port}: {error}") from error
        # Only a connection that answered is used again.
        kept["redis"] = (server, lines)
        return reply


def ask(lines, *words):
    """Send one command over an open connection and return its reply."""
    lines.write(b"*%d\r\n" % len(words))
    for word in words:
        data = str(word).encode()
        lines.write(b"$%d\r\n%s\r\n" % (len(data), data))
    lines.flush()
    return read_reply(lines)


def read_reply(lines):
    """Decode one reply that is a simple string, an error, an integer or a bulk string."""
    head = lines.readline().rstrip(b"\r\n")
    kind, rest = head[:1], head[1:].decode()
    if kind == b"+":
        return rest
    if kind == b":":
        return int(rest)
    if kind == b"$":
        return None if rest == "-1" else lines.read(int(rest) + 2)[:-2].decode()
    raise Failure(f"redis: {rest or 'connection closed'}")


# --- the roles ------------------------------------------------------------------------------------------------------


class Backend:
    """The API behind /api/: asks the aggregator, the database's port and Redis."""

    checks = {"database": database_answers, "redis": lambda: redis("PING")}

    def get(self, path):
        if path in ("/api/", "/api/summary", "/api/endpoints"):
            database_answers()
            endpoints = call(os.environ["AGGREGATOR_URL"], "/endpoints")["endpoints"]
            return {"version": VERSION, "endpoints": endpoints, "visits": redis("INCR", "visits")}
        return None

    def background(self):
        return None


class Aggregator:
    """Gathers what the hub offers and caches it in Redis."""

    checks = {"redis": lambda: redis("PING")}

    def get(self, path):
        if path != "/endpoints":
            return None
        cached = redis("GET", "endpoints")
        if cached is None:
            log("DEBUG", "cache miss: endpoints")
            cached = json.dumps(["weather", "papers", "translations"])
            redis("SET", "endpoints", cached, "EX", 15)
        return {"endpoints": json.loads(cached)}

    def background(self):
        return None


class Mcp:
    """Offers the hub's endpoints as tools; asks the backend for them all the time."""

    checks = {}

    def get(self, path):
        if path == "/tools":
            return {"tools": call(os.environ["BACKEND_URL"], "/api/endpoints")["endpoints"]}
        return None

    def background(self):
        tools = self.get("/tools")["tools"]
        log("INFO", f"{len(tools)} tools refreshed")


class Frontend:
    """Serves the page, and warms its summary from the backend as visitors would."""

    checks = {}

    def get(self, path):
        return pathlib.Path("/www/index.html").read_bytes() if path == "/" else None

    def background(self):
        summary = call(os.environ["BACKEND_URL"], "/api/summary")
        log("INFO", f"summary refreshed: {summary['visits']} visits")


ROLES = {"backend": Backend, "aggregator": Aggregator, "mcp": Mcp, "frontend": Frontend}


# --- serving --------------------------------------------------------------------------------------------------------


def crash():
    """End like a process that met what it cannot handle."""
    log("CRITICAL", "crashing as told")
    os._exit(1)


class Handler(BaseHTTPRequestHandler):
    """One request: correlation id, fault, route, one log line."""

    protocol_version = "HTTP/1.1"
    role = None
    fault = os.environ.get("FAULT", "ok")

    def do_GET(self):
        self.answer(self.route_get)

    def do_POST(self):
        self.answer(self.route_post)

    def answer(self, route):
        started = time.monotonic()
        correlation.set(self.headers.get("X-Correlation-ID") or uuid.uuid4().hex)
        path = urllib.parse.urlsplit(self.path).path
        try:
            status, body = route(path)
        except Failure as failure:
            status, body = 502, {"error": str(failure)}
        self.send(status, body)
        duration = round((time.monotonic() - started) * 1000, 1)
        level = "ERROR" if status >= 500 else "WARNING" if status >= 400 else "INFO"
        reason = f": {body['error']}" if isinstance(body, dict) and "error" in body else ""
        log(level, f"{self.command} {path} {status}{reason}", method=self.command, path=path, duration_ms=duration)

    def route_get(self, path):
        if Handler.fault == "slow":
            time.sleep(SLOW_SECONDS)
        if Handler.fault == "fail":
            return 500, {"status": "unhealthy", "version": VERSION, "error": "failing as told"}
        if path == "/health":
            return self.health()
        body = self.role.get(path)
        return (200, body) if body is not None else (404, {"error": f"nothing at {path}"})

    def route_post(self, path):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        mode = query.get("mode", [""])[0]
        if path != "/_fault" or mode not in FAULTS:
            return 404, {"error": f"POST /_fault?mode= one of {', '.join(FAULTS)}"}
        Handler.fault = mode
        if mode == "crash":
            # Not at once: whoever asked runs in this container and is to hear the answer.
            threading.Timer(0.5, crash).start()
        return 200, {"fault": mode}

    def health(self):
        checks = {}
        for name, check in self.role.checks.items():
            try:
                check()
                checks[name] = "ok"
            except Failure as failure:
                checks[name] = str(failure)
        failed = [text for text in checks.values() if text != "ok"]
        body = {"status": "unhealthy" if failed else "healthy", "version": VERSION, "checks": checks}
        if failed:
            body["error"] = "; ".join(failed)
        return (503 if failed else 200), body

    def send(self, status, body):
        page = isinstance(body, bytes)
        data = body if page else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8" if page else "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("X-Correlation-ID", correlation.get())
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        """The standard access log is replaced by the JSON line of answer()."""


def keep_traffic_alive(role, stopping):
    """Do the role's own calls every two to four seconds, each under a correlation id of its own."""
    while not stopping.wait(random.uniform(2, 4)):
        correlation.set(uuid.uuid4().hex)
        try:
            role.background()
        except Failure as failure:
            log("ERROR", str(failure))


def serve():
    """Run the service until SIGTERM, then finish what is being answered."""
    role = ROLES[ROLE]()
    Handler.role = role
    if Handler.fault == "crash":
        crash()
    server = ThreadingHTTPServer(("", PORT), Handler)
    stopping = threading.Event()

    def stop(number, _frame):
        log("INFO", f"{signal.Signals(number).name}: stopping")
        stopping.set()
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    threading.Thread(target=keep_traffic_alive, args=(role, stopping), daemon=True).start()
    log("INFO", f"{ROLE} {VERSION} listening on port {PORT}")
    server.serve_forever(poll_interval=0.2)
    server.server_close()
    log("INFO", "stopped")


def switch_fault(mode):
    """Tell the service that runs in this container how to behave from now on."""
    url = f"http://127.0.0.1:{PORT}/_fault?mode={urllib.parse.quote(mode)}"
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method="POST"), timeout=TIMEOUT_SECONDS) as answer:
            print(answer.read().decode())
    except urllib.error.HTTPError as error:
        sys.exit(error.read().decode())


if __name__ == "__main__":
    if sys.argv[1:2] == ["fault"] and len(sys.argv) == 3:
        switch_fault(sys.argv[2])
    elif len(sys.argv) == 1:
        serve()
    else:
        sys.exit(__doc__)
