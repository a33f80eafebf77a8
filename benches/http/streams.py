#!/usr/bin/env python3
"""Memory of `hubdeck --serve` before, while and after clients of /api/events come and go.

    cargo build --release
    python3 benches/http/streams.py --hubdeck target/release/hubdeck

Starts a simulated engine of 50 containers and a server on it, opens CLIENTS streams at once, reads them for a
while, closes all of them, and does so ROUNDS times. Prints the resident memory (Rss, and of it the pages that belong to the
process alone, Private) after each turn, and the CPU time while nothing is read.
"""

import argparse
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time


def memory(pid):
    fields = {}
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, value, _ = line.split()
        fields[name.rstrip(":")] = int(value)
    private = fields["Private_Clean"] + fields["Private_Dirty"]
    return fields["Rss"] / 1024, private / 1024, fields["Anonymous"] / 1024


def cpu(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def wait_for(what, test, limit=60):
    deadline = time.monotonic() + limit
    while not test():
        if time.monotonic() > deadline:
            raise SystemExit(f"{what} does not come")
        time.sleep(0.05)


def answers(port):
    try:
        return b" 200 " in ask(port, "/readyz")
    except OSError:
        return False


def ask(port, path):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as stream:
        stream.sendall(f"GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
        return stream.recv(65536)


def open_stream(port, path):
    stream = socket.create_connection(("127.0.0.1", port), timeout=30)
    stream.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    return stream


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hubdeck", default="target/release/hubdeck")
    parser.add_argument("--clients", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=5, help="how long each round reads")
    parser.add_argument("--path", default="/api/events")
    parser.add_argument("--idle", action="store_true", help="clients that never read")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        engine = f"unix:{home}/engine.sock"
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        command = [options.hubdeck, "sim", "--listen", engine, "--containers", "50"]
        simulated = subprocess.Popen(command, **quiet)
        port = free_port()
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": home,
            "HUBDECK_SERVE_PORT": str(port),
            "HUBDECK_ENGINE_HOST": f"unix://{home}/engine.sock",
        }
        wait_for("the engine", lambda: os.path.exists(f"{home}/engine.sock"))
        server = subprocess.Popen([options.hubdeck, "--serve"], env=environment, **quiet)
        try:
            wait_for("the server", lambda: answers(port))
            time.sleep(5)
            rounds(server.pid, port, options)
        finally:
            for process in (server, simulated):
                process.send_signal(signal.SIGTERM)
                process.wait(timeout=10)


def row(turn, pid):
    rss, private, anonymous = memory(pid)
    print(f"{turn:28} {rss:6.1f} MiB Rss  {private:6.1f} MiB private  {anonymous:6.1f} MiB anonymous", flush=True)


def rounds(pid, port, options):
    row("before", pid)
    for number in range(1, options.rounds + 1):
        streams = [open_stream(port, options.path) for _ in range(options.clients)]
        begun, used = time.monotonic(), cpu(pid)
        first = 0 if options.idle else sum(bool(stream.recv(65536)) for stream in streams)
        while time.monotonic() - begun < options.seconds:
            if not options.idle:
                ask(port, "/api/services")
            time.sleep(0.5)
        share = (cpu(pid) - used) / (time.monotonic() - begun) * 100
        row(f"{options.clients} open ({first} read, {share:.1f} % CPU)", pid)
        for stream in streams:
            stream.close()
        time.sleep(3)
        row(f"after round {number}", pid)


if __name__ == "__main__":
    main()
