#!/usr/bin/env python3
"""What 1,000 probes cost: CPU, memory and punctuality of the real program against one local server.

The server (a process of its own, so that its cost does not count) listens on TARGETS ports of the loopback, one for
each `[[service]]` of the config file, and answers every request after DELAY. It notes when each request came and how
many were open at once. hubdeck runs as `hubdeck --serve` beside a simulated engine without probed containers; all its
targets are due when it starts. Linux, Python 3, standard library only.

    cargo build --release
    python3 benches/probes/probes.py [--targets 1000] [--seconds 60] [--interval 30] [--delay 0.005] [--fail]

With --fail every request is answered by 503, so that all services are watched densely (every 5 s).
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import resource
import signal
import subprocess
import tempfile
import time
import urllib.request

TICKS = os.sysconf("SC_CLK_TCK")
FIRST_PORT = 20000
BODY = b'{"status":"healthy","version":"1.4.2"}'


def answer(status):
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(BODY)}\r\nConnection: close\r\n\r\n"
    return head.encode() + BODY


async def serve(targets, delay, status, pipe):
    """Answers on every port; sends the times of all requests and the most that were open at once when asked to."""
    times, state = {port: [] for port in range(FIRST_PORT, FIRST_PORT + targets)}, {"open": 0, "most": 0}
    reply = answer(status)

    async def handle(reader, writer):
        state["open"] += 1
        state["most"] = max(state["most"], state["open"])
        try:
            times[writer.get_extra_info("sockname")[1]].append(time.monotonic())
            await reader.readuntil(b"\r\n\r\n")
            await asyncio.sleep(delay)
            writer.write(reply)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            state["open"] -= 1
            writer.close()

    servers = [await asyncio.start_server(handle, "127.0.0.1", port) for port in times]
    pipe.send("ready")
    while not pipe.poll():
        await asyncio.sleep(0.05)
    pipe.recv()
    pipe.send((times, state["most"]))
    for server in servers:
        server.close()


def run_server(*arguments):
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    asyncio.run(serve(*arguments))


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory(pid, key):
    with open(f"/proc/{pid}/status") as file:
        line = next(line for line in file if line.startswith(key))
    return int(line.split()[1]) / 1024


def config(path, targets, interval, port):
    with open(path, "w") as file:
        file.write(f'[probes]\ninterval = "{interval}s"\n[serve]\nport = {port}\n')
        for number in range(targets):
            url = f"http://127.0.0.1:{FIRST_PORT + number}/health"
            file.write(f'[[service]]\nmatch = "service-{number:04}"\nprobe = {{ kind = "http", url = "{url}" }}\n')


def states(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/services", timeout=5) as response:
        services = json.load(response)
    counted = {}
    for service in services["services"]:
        state = service["health"]["state"]
        counted[state] = counted.get(state, 0) + 1
    return counted


def measure(options, folder):
    parent, child = multiprocessing.Pipe()
    status = "503 Service Unavailable" if options.fail else "200 OK"
    server = multiprocessing.Process(target=run_server, args=(options.targets, options.delay, status, child), daemon=True)
    server.start()
    assert parent.recv() == "ready"
    socket, settings = os.path.join(folder, "engine.sock"), os.path.join(folder, "config.toml")
    config(settings, options.targets, options.interval, options.port)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    engine = subprocess.Popen([options.hubdeck, "sim", "--listen", f"unix:{socket}", "--containers", "1"], **quiet)
    while not os.path.exists(socket):
        time.sleep(0.05)
    command = [options.hubdeck, "--serve", "--host", f"unix://{socket}", "--config", settings]
    started = time.monotonic()
    hubdeck = subprocess.Popen(command, **quiet)
    result = {}
    try:
        time.sleep(options.interval)
        result["cpu_first_interval_percent"] = 100 * cpu_seconds(hubdeck.pid) / options.interval
        before, begun = cpu_seconds(hubdeck.pid), time.monotonic()
        time.sleep(options.seconds)
        result["cpu_percent"] = 100 * (cpu_seconds(hubdeck.pid) - before) / (time.monotonic() - begun)
        result["memory_mib"] = memory(hubdeck.pid, "VmRSS")
        result["peak_memory_mib"] = memory(hubdeck.pid, "VmHWM")
        result["states"] = states(options.port)
    finally:
        for process in (hubdeck, engine):
            process.send_signal(signal.SIGTERM)
            process.wait(10)
    parent.send("over")
    times, most = parent.recv()
    server.join()
    result["most_in_flight"] = most
    result["requests"] = sum(len(each) for each in times.values())
    first = [each[0] - started for each in times.values() if each]
    gaps = [later - earlier for each in times.values() for earlier, later in zip(each, each[1:])]
    result["never_asked"] = options.targets - len(first)
    result["last_first_request_s"] = max(first)
    result["longest_gap_s"] = max(gaps)
    # One late by a whole interval: jitter moves two requests by a fifth of it at most.
    result["late_by_an_interval"] = sum(gap > 2.2 * options.interval for gap in gaps)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hubdeck", default="target/release/hubdeck")
    parser.add_argument("--targets", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--interval", type=int, default=30)
    parser.add_argument("--delay", type=float, default=0.005)
    parser.add_argument("--port", type=int, default=19997)
    parser.add_argument("--fail", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name, value in measure(options, folder).items():
            print(f"{name:28} {value:.2f}" if isinstance(value, float) else f"{name:28} {value}")


if __name__ == "__main__":
    main()
