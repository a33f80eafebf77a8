#!/usr/bin/env python3
"""From a key to the call of the engine, measured on the real program in a pseudo terminal.

    cargo build --profile dist
    python3 benches/calls/calls.py --hubdeck target/dist/hubdeck

A proxy stands between the program and a `hubdeck sim`. A service is paused and unpaused in turn:
from the byte of the key that confirms the question (`y`), or that needs none, to the first byte of
the request on the socket. In between lie the plan, its comparison with the newest snapshot, the
claim, and two lines of the audit record that are on disk before the call.
"""

import argparse
import fcntl
import os
import pty
import select
import signal
import socket
import statistics
import struct
import subprocess
import tempfile
import termios
import threading
import time

# An answer counts 300 ms after its question was drawn.
QUESTION_SECONDS = 0.45
SETTLE_SECONDS = 0.35
LIMIT_SECONDS = 5


class Proxy:
    """Passes connections on and remembers when a call that acts began."""

    def __init__(self, path, engine):
        self.engine, self.calls, self.called = engine, [], threading.Event()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            engine = socket.socket(socket.AF_UNIX)
            engine.connect(self.engine)
            threading.Thread(target=self.forward, args=(client, engine, True), daemon=True).start()
            threading.Thread(target=self.forward, args=(engine, client, False), daemon=True).start()

    def forward(self, source, target, watched):
        try:
            while data := source.recv(1 << 16):
                now = time.perf_counter()
                if watched and data.startswith(b"POST ") and b"/exec" not in data.split(b"\r", 1)[0]:
                    self.calls.append((now, data.split(b" ", 2)[1].decode()))
                    self.called.set()
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # Either side may close first.


def start(program, arguments, home):
    environment = {
        "PATH": os.environ["PATH"], "HOME": home, "TERM": "xterm-256color", "COLORTERM": "truecolor",
        "LANG": "C.UTF-8", "TZ": "UTC", "XDG_STATE_HOME": home + "/state", "XDG_CONFIG_HOME": home + "/config",
    }
    pid, terminal = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 160, 0, 0))
        os.execvpe(program, [program, *arguments], environment)
    return pid, terminal


def read(terminal, seconds):
    """Reads what is drawn for so long."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        if select.select([terminal], [], [], left)[0]:
            os.read(terminal, 1 << 16)


def call(terminal, proxy, key, verb):
    """Milliseconds from the key to the call."""
    proxy.called.clear()
    begin = time.perf_counter()
    os.write(terminal, key)
    deadline = begin + LIMIT_SECONDS
    while not proxy.called.wait(0.001):
        assert time.perf_counter() < deadline, f"no call of {verb}"
        if select.select([terminal], [], [], 0)[0]:
            os.read(terminal, 1 << 16)
    at, path = proxy.calls[-1]
    assert path.endswith("/" + verb), path
    return (at - begin) * 1000


def disk_milliseconds(directory):
    """What one line of the record costs here: a short write and its sync."""
    times = []
    with open(os.path.join(directory, "probe"), "ab", buffering=0) as file:
        for _ in range(50):
            begin = time.perf_counter()
            file.write(b"x" * 600)
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times)


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))]


def measure(program, containers, rounds, state):
    with tempfile.TemporaryDirectory(dir=state) as home:
        engine_path, proxy_path = home + "/engine.sock", home + "/proxy.sock"
        engine = subprocess.Popen([program, "sim", "--listen", "unix:" + engine_path, "--containers", str(containers)],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while not os.path.exists(engine_path):
                time.sleep(0.05)
            proxy = Proxy(proxy_path, engine_path)
            pid, terminal = start(program, ["--host", "unix://" + proxy_path], home)
            read(terminal, 5)
            os.write(terminal, b"2")
            read(terminal, 1)
            os.write(terminal, b"\x1b[B")
            read(terminal, 1)
            confirmed, unasked = [], []
            for _ in range(rounds):
                os.write(terminal, b"p")
                read(terminal, QUESTION_SECONDS)
                confirmed.append(call(terminal, proxy, b"y", "pause"))
                read(terminal, SETTLE_SECONDS)
                unasked.append(call(terminal, proxy, b"p", "unpause"))
                read(terminal, SETTLE_SECONDS)
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            os.close(terminal)
            return confirmed, unasked, disk_milliseconds(home)
        finally:
            engine.kill()
            engine.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hubdeck", required=True, metavar="PROGRAM")
    parser.add_argument("--containers", type=int, action="append")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--state", metavar="DIRECTORY", help="where the audit record is written")
    options = parser.parse_args()
    program = os.path.abspath(options.hubdeck)
    print("| services | key | median | 95 % | most | a line to disk |")
    print("|---|---|---|---|---|---|")
    for containers in options.containers or [50, 1000]:
        confirmed, unasked, disk = measure(program, containers, options.rounds, options.state)
        for key, times in (("`y` after the question", confirmed), ("`p`, not asked", unasked)):
            cells = [statistics.median(times), percentile(times, 0.95), max(times)]
            print(f"| {containers:,} | {key} |", " | ".join(f"{cell:.1f} ms" for cell in cells), f"| {disk:.1f} ms |")


if __name__ == "__main__":
    main()
