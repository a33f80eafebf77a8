"""One small HTTP service of the example exchange; ROLE says which: orders, quotes, floor or reports.

    service.py                start the service of ROLE on PORT
    service.py fault MODE     switch the running service in this container, see FAULTS

GET /health answers {"status", "version", "checks"}: one check for each URL of a dependency in the environment, made in
the dependency's own protocol. One log line for each request. Standard library only.
"""

import json
import os
import random
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ROLE = os.environ.get("ROLE", "orders")
PORT = int(os.environ.get("PORT", "8000"))
VERSION = os.environ.get("VERSION", "0.0.0")
TIMEOUT_SECONDS = 1.2
FAULTS = {
    "ok": "as it should be",
    "slow": "every answer takes 2.5 seconds",
    "hang": "no answer within any patience",
    "fail": "every answer is a 500",
    "deaf": "listens on 127.0.0.1 only, so that nobody else reaches it",
    "memory": "takes memory until the kernel kills it",
    "crash": "the process ends with exit code 1",
}
DELAYS = {"slow": 2.5, "hang": 60.0}


class Failure(Exception):
    """A dependency did not do what it was asked; the text names it."""


def log(level, message):
    """Print one log line."""
    print(f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {level} {ROLE} {message}", flush=True)


# --- dependencies, each asked in its own protocol -------------------------------------------------------------------


def receive(server, count):
    """Exactly `count` bytes."""
    data = b""
    while len(data) < count:
        part = server.recv(count - len(data))
        if not part:
            raise OSError("connection closed")
        data += part
    return data


def mysql(server):
    """The greeting: a packet of protocol 10."""
    if receive(server, 5)[4] != 10:
        raise OSError("no greeting of protocol 10")


def amqp(server):
    """The protocol header is answered by the frame Connection.Start."""
    server.sendall(b"AMQP\x00\x00\x09\x01")
    if receive(server, 11)[7:] != b"\x00\x0a\x00\x0a":
        raise OSError("no Connection.Start")


def nats(server):
    """INFO, then PING and PONG."""
    lines = server.makefile("rwb")
    if not lines.readline().startswith(b"INFO "):
        raise OSError("no INFO")
    lines.write(b'CONNECT {"verbose":false}\r\nPING\r\n')
    lines.flush()
    if lines.readline().strip() != b"PONG":
        raise OSError("no PONG")


def memcached(server):
    """`version`."""
    server.sendall(b"version\r\n")
    if receive(server, 7) != b"VERSION":
        raise OSError("no version")


def mqtt(server):
    """CONNECT of MQTT 3.1.1 with a clean session, accepted."""
    name = f"{ROLE}-{random.randrange(1 << 32):08x}".encode()
    rest = b"\x00\x04MQTT\x04\x02\x00\x3c" + len(name).to_bytes(2, "big") + name
    server.sendall(bytes([0x10, len(rest)]) + rest)
    if receive(server, 4)[3] != 0:
        raise OSError("the connection is not accepted")


PROTOCOLS = {"mysql": mysql, "amqp": amqp, "nats": nats, "memcached": memcached, "mqtt": mqtt}
DEPENDENCIES = {
    name.removesuffix("_URL").lower(): urllib.parse.urlsplit(value)
    for name, value in os.environ.items()
    if name.endswith("_URL") and urllib.parse.urlsplit(value).scheme in PROTOCOLS
}
# Like a pool's, a connection stays open until the next one is there.
kept = {}


def ask(name):
    """Ask one dependency whether it works."""
    url = DEPENDENCIES[name]
    server = None
    try:
        server = socket.create_connection((url.hostname, url.port), TIMEOUT_SECONDS)
        PROTOCOLS[url.scheme](server)
    except OSError as error:
        if server is not None:
            server.close()
        raise Failure(f"{name} {url.hostname}:{url.port}: {error}") from error
    before, kept[name] = kept.get(name), server
    if before is not None:
        before.close()


def health():
    """Status and body of /health."""
    checks = {}
    for name in DEPENDENCIES:
        try:
            ask(name)
            checks[name] = "ok"
        except Failure as failure:
            checks[name] = str(failure)
    failed = [text for text in checks.values() if text != "ok"]
    body = {"status": "unhealthy" if failed else "healthy", "version": VERSION, "checks": checks}
    if failed:
        body["error"] = "; ".join(failed)
    return (503 if failed else 200), body


def keep_traffic_alive(stopping):
    """Ask the orders for their summary all the time, as a role that has their URL."""
    url = os.environ.get("ORDERS_URL")
    while url and not stopping.wait(random.uniform(2, 4)):
        try:
            with urllib.request.urlopen(url + "/", timeout=TIMEOUT_SECONDS) as answer:
                log("INFO", f"{json.load(answer)['role']} asked")
        except (OSError, ValueError) as error:
            log("ERROR", f"GET {url}/: {error}")


# --- serving --------------------------------------------------------------------------------------------------------


def fill_memory():
    """Take a MiB after the other; the kernel ends this at the container's limit."""
    hoard = []
    while True:
        hoard.append(bytearray(os.urandom(1 << 20)))
        time.sleep(0.005)


def crash():
    """End like a process that met what it cannot handle."""
    log("CRITICAL", "crashing as told")
    os._exit(1)


class Handler(BaseHTTPRequestHandler):
    """One request: fault, route, one log line."""

    protocol_version = "HTTP/1.1"
    fault = os.environ.get("FAULT", "ok")
    relisten = None

    def do_GET(self):
        path = urllib.parse.urlsplit(self.path).path
        time.sleep(DELAYS.get(Handler.fault, 0))
        if Handler.fault == "fail":
            self.send(500, {"status": "unhealthy", "version": VERSION, "error": "failing as told"})
        elif path == "/health":
            self.send(*health())
        elif path == "/":
            self.send(200, {"role": ROLE, "version": VERSION})
        else:
            self.send(404, {"error": f"nothing at {path}"})

    def do_POST(self):
        url = urllib.parse.urlsplit(self.path)
        mode = urllib.parse.parse_qs(url.query).get("mode", [""])[0]
        if url.path != "/_fault" or mode not in FAULTS:
            self.send(404, {"error": f"POST /_fault?mode= one of {', '.join(FAULTS)}"})
            return
        was, Handler.fault = Handler.fault, mode
        self.send(200, {"fault": mode, "means": FAULTS[mode]})
        # Not at once: whoever asked runs in this container and is to hear the answer.
        if mode == "crash":
            threading.Timer(0.5, crash).start()
        elif mode == "memory":
            threading.Timer(0.5, fill_memory).start()
        elif "deaf" in (was, mode):
            threading.Timer(0.5, Handler.relisten).start()

    def send(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        level = "ERROR" if status >= 500 else "WARNING" if status >= 400 else "INFO"
        reason = f": {body['error']}" if "error" in body else ""
        log(level, f"{self.command} {self.path} {status}{reason}")

    def log_message(self, *_):
        """The standard access log is replaced by the line of send()."""


def serve():
    """Run the service until SIGTERM; the faults say on which address."""
    stopping = threading.Event()
    servers = []

    def shut(*_):
        threading.Thread(target=servers[-1].shutdown).start()

    def stop(number, _frame):
        log("INFO", f"{signal.Signals(number).name}: stopping")
        stopping.set()
        shut()

    Handler.relisten = shut
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    threading.Thread(target=keep_traffic_alive, args=(stopping,), daemon=True).start()
    if Handler.fault == "crash":
        crash()
    while not stopping.is_set():
        address = "127.0.0.1" if Handler.fault == "deaf" else ""
        servers.append(ThreadingHTTPServer((address, PORT), Handler))
        servers[-1].daemon_threads = True
        log("INFO", f"{ROLE} {VERSION} listening on {address or '0.0.0.0'}:{PORT}")
        servers[-1].serve_forever(poll_interval=0.2)
        servers.pop().server_close()
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
