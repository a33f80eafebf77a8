#!/usr/bin/env python3
"""Run hubdeck and its rivals beside each other on the same Docker Engine and print one table.

Starts CONTAINERS busybox containers that log a line a second each, then gives every tool the same pseudo terminal for
the same time and measures what it costs: the tool, the engine and the terminal. Linux, Python 3, standard library only.

    cargo build --profile dist
    python3 benches/rivals/rivals.py [--hubdeck NAME=PATH ...] [--containers 50] [--seconds 30] [--runs 2] [--starts 10]
                                     [--json FILE]

Several builds of hubdeck take turns with the rivals: name each with --hubdeck.
"""

import argparse
import codecs
import fcntl
import json
import os
import pty
import re
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import termios
import time

COLUMNS, ROWS = 160, 50
# Sorts before other containers of the machine, so that a tool with a short list shows some of these.
PREFIX = "0-hubdeck-rivals"
TICKS = os.sysconf("SC_CLK_TCK")
WARM_UP_SECONDS = 5


class Screen:
    """Just enough of a terminal to know what text stands on the screen: cursor moves, erasing and characters."""

    SEQUENCE = re.compile(r"\x1b(?:\[([?>=]?)([0-9;:]*)[ -/]*([@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][A-Z0-9]|[=>78cMDE])")

    def __init__(self):
        self.cells = [[" "] * COLUMNS for _ in range(ROWS)]
        self.row = self.column = 0
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.rest = ""

    def feed(self, data):
        text = self.rest + self.decoder.decode(data)
        self.rest = ""
        position = 0
        while position < len(text):
            character = text[position]
            if character == "\x1b":
                match = self.SEQUENCE.match(text, position)
                if match is None:
                    if len(text) - position < 64:
                        self.rest = text[position:]
                        return
                    position += 1
                    continue
                if match.group(3):
                    self.control(match.group(2), match.group(3))
                position = match.end()
                continue
            self.put(character)
            position += 1

    def put(self, character):
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self.row = min(self.row + 1, ROWS - 1)
        elif character == "\b":
            self.column = max(self.column - 1, 0)
        elif character >= " ":
            if self.column < COLUMNS and self.row < ROWS:
                self.cells[self.row][self.column] = character
            self.column += 1

    def control(self, parameters, final):
        numbers = [int(number) if number.isdigit() else 0 for number in parameters.split(";")]
        first = numbers[0] or 1
        if final in "Hf":
            self.row = min(first, ROWS) - 1
            self.column = min((numbers[1] if len(numbers) > 1 else 1) or 1, COLUMNS) - 1
        elif final == "G":
            self.column = min(first, COLUMNS) - 1
        elif final == "d":
            self.row = min(first, ROWS) - 1
        elif final in "ABCD":
            self.row = max(0, min(ROWS - 1, self.row + {"A": -first, "B": first}.get(final, 0)))
            self.column = max(0, min(COLUMNS - 1, self.column + {"C": first, "D": -first}.get(final, 0)))
        elif final == "J" and numbers[0] == 2:
            self.cells = [[" "] * COLUMNS for _ in range(ROWS)]
        elif final == "K" and self.row < ROWS:
            self.cells[self.row][self.column :] = [" "] * max(0, COLUMNS - self.column)

    def text(self):
        return "\n".join("".join(row) for row in self.cells)


def cpu_seconds(pid):
    """User and system time of a process and its waited-for children, from /proc."""
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_mib(pid):
    """Peak of the resident memory, and what of it is now allocated or pages of files (the program itself)."""
    lines = (line.split(":") for line in open(f"/proc/{pid}/status"))
    told = {name: int(value.split()[0]) / 1024 for name, value in lines if name in ("VmHWM", "RssAnon", "RssFile")}
    return {"peak_mib": told.get("VmHWM"), "allocated_mib": told.get("RssAnon"), "file_mib": told.get("RssFile")}


def dockerd_pid():
    """The daemon that serves the default socket."""
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            if open(f"/proc/{entry}/comm").read().strip() == "dockerd":
                return int(entry)
        except OSError:
            continue
    sys.exit("rivals: no dockerd runs on this machine; its CPU cannot be measured from here")


def names_on(screen, count):
    text = screen.text()
    return sum(f"rival{number:02}" in text for number in range(count))


def run(command, seconds, containers, keys, warm_up=WARM_UP_SECONDS):
    """One run: first output, first container, all that the tool shows of them, then its cost while nobody types."""
    daemon = dockerd_pid()
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", LANG="C.UTF-8")
        # The size must be there before the program asks for it.
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        os.execvp(command[0], command)
    started = time.monotonic()
    screen, counted, seen = Screen(), 0, 0
    found = {"first_paint": None, "first_container": None, "all_containers": None}
    measuring = None
    end = started + warm_up + seconds
    while (now := time.monotonic()) < end:
        if measuring is None and now >= started + warm_up:
            measuring = (now, counted, cpu_seconds(pid), cpu_seconds(daemon))
        wait = (started + warm_up if measuring is None else end) - now
        readable, _, _ = select.select([terminal], [], [], max(0.0, wait))
        if not readable:
            continue
        try:
            data = os.read(terminal, 1 << 16)
        except OSError:
            sys.exit(f"rivals: {command[0]} ended early; its screen:\n{screen.text()}")
        at = (time.monotonic() - started) * 1000
        counted += len(data)
        screen.feed(data)
        for answer in answers(data):
            os.write(terminal, answer)
        if found["first_paint"] is None and screen.text().strip():
            found["first_paint"] = at
        if measuring is None and (now_seen := names_on(screen, containers)) > seen:
            seen = now_seen
            found["first_container"] = found["first_container"] or at
            found["all_containers"] = at
    elapsed = time.monotonic() - measuring[0]
    result = {
        **found,
        "containers_seen": seen,
        "cpu_percent": (cpu_seconds(pid) - measuring[2]) / elapsed * 100,
        "dockerd_percent": (cpu_seconds(daemon) - measuring[3]) / elapsed * 100,
        **memory_mib(pid),
        "kb_per_minute": (counted - measuring[1]) / elapsed * 60 / 1000,
    }
    os.write(terminal, keys)
    leave(pid, terminal)
    return result


def answers(data):
    """What a terminal replies to the questions in `data`; programs wait seconds for a terminal that says nothing."""
    if b"\x1b[6n" in data:
        yield b"\x1b[1;1R"
    if b"\x1b[c" in data or b"\x1b[0c" in data:
        yield b"\x1b[?62;22c"


def leave(pid, terminal):
    """Let the tool quit by its key, and end it if it does not."""
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline:
        try:
            if select.select([terminal], [], [], 0.05)[0]:
                os.read(terminal, 1 << 16)
        except OSError:
            pass
        if os.waitpid(pid, os.WNOHANG)[0]:
            break
    else:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    os.close(terminal)


def baseline(seconds):
    """What dockerd needs while no tool looks at it."""
    daemon = dockerd_pid()
    before, started = cpu_seconds(daemon), time.monotonic()
    time.sleep(seconds)
    return (cpu_seconds(daemon) - before) / (time.monotonic() - started) * 100


def docker(*arguments):
    return subprocess.run(["docker", *arguments], check=True, capture_output=True, text=True).stdout


def start_containers(count):
    remove_containers()
    loop = "i=0; while :; do i=$((i+1)); echo \"line $i: an ordinary line of an ordinary service\"; sleep 1; done"
    for number in range(count):
        docker("run", "-d", "--name", f"{PREFIX}-rival{number:02}", "--label", f"com.docker.compose.project={PREFIX}",
               "--label", f"com.docker.compose.service=rival{number:02}", "--label", "com.docker.compose.oneoff=False",
               "--label", "com.docker.compose.container-number=1", "--stop-timeout", "1", "busybox:1.36", "sh", "-c", loop)


def remove_containers():
    ids = docker("ps", "-aq", "--filter", f"name={PREFIX}-").split()
    if ids:
        docker("rm", "-f", *ids)


def tools(hubdecks):
    """Name, command and how to quit; a rival that is not installed is left out and said so."""
    candidates = [(name, [path, "--project", PREFIX], b"q") for name, path in hubdecks]
    candidates += [("oxker", ["oxker"], b"q"), ("lazydocker", ["lazydocker"], b"q")]
    for name, command, keys in candidates:
        if shutil.which(command[0]):
            yield name, command, keys
        else:
            print(f"{name}: not installed, left out", file=sys.stderr)


def status_ms(command):
    """Wall time of `status` with the same engine and project."""
    started = time.monotonic()
    subprocess.run([command[0], "status", *command[1:]], check=True, stdout=subprocess.DEVNULL)
    return (time.monotonic() - started) * 1000


def cell(value, digits):
    return "–" if value is None else f"{value:,.{digits}f}"


def table(results, idle):
    rows = [
        ("first paint, ms", "first_paint", 0),
        ("first container on screen, ms", "first_container", 0),
        ("as many as it shows at once, ms", "all_containers", 0),
        ("containers it shows at once", "containers_seen", 0),
        ("CPU of the tool when idle, %", "cpu_percent", 2),
        (f"CPU it adds in dockerd, % ({idle:.1f} % without a tool)", "dockerd_added", 2),
        ("peak memory, MiB", "peak_mib", 1),
        ("… allocated, MiB", "allocated_mib", 1),
        ("… pages of the program and of libraries, MiB", "file_mib", 1),
        ("bytes to the terminal a minute, kB", "kb_per_minute", 1),
        ("`status`, ms", "status_ms", 0),
        ("size of the program, MB", "size_mb", 2),
    ]
    names = list(results)
    print("| |", " | ".join(names), "|")
    print("|---|" + "---|" * len(names))
    for title, field, digits in rows:
        print(f"| {title} |", " | ".join(cell(results[name].get(field), digits) for name in names), "|")


def median(runs, idle):
    """The middle of several runs, field by field; a field no run reached stays empty."""
    merged = {}
    for field in runs[0]:
        values = [run[field] for run in runs if run[field] is not None]
        merged[field] = statistics.median(values) if values else None
    merged["dockerd_added"] = max(0.0, merged["dockerd_percent"] - idle)
    return merged


def started(chosen, options):
    """How fast each tool is on the screen, the tools in turn: medians of many short runs."""
    fields = ("first_paint", "first_container", "all_containers")
    times = {name: {field: [] for field in fields} for name, _, _ in chosen}
    for _ in range(options.starts):
        for name, command, keys in chosen:
            result = run(command, 0.1, options.containers, keys, warm_up=1.5)
            for field in fields:
                if result[field] is not None:
                    times[name][field].append(result[field])
    return {name: {field: statistics.median(of[field]) for field in fields if of[field]} for name, of in times.items()}


def printed(chosen, count):
    """The median time of `status` for each hubdeck, in turn, and the size of each program."""
    times = {name: [] for name, command, _ in chosen if "--project" in command}
    for _ in range(count):
        for name, command, _ in chosen:
            if name in times:
                times[name].append(status_ms(command))
    sizes = {name: {"size_mb": os.path.getsize(shutil.which(command[0])) / 1e6} for name, command, _ in chosen}
    return {name: {**size, **({"status_ms": statistics.median(times[name])} if times.get(name) else {})} for name, size in sizes.items()}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--hubdeck", action="append", metavar="NAME=PATH", help="a build of hubdeck; may be repeated")
    arguments.add_argument("--containers", type=int, default=50)
    arguments.add_argument("--seconds", type=float, default=30, help="measured after %d s of warming up" % WARM_UP_SECONDS)
    arguments.add_argument("--runs", type=int, default=2)
    arguments.add_argument("--starts", type=int, default=10, help="short runs for the times of the start")
    arguments.add_argument("--json", help="also write the figures here")
    options = arguments.parse_args()
    hubdecks = [entry.split("=", 1) for entry in options.hubdeck or ["hubdeck=target/dist/hubdeck"]]
    chosen = list(tools(hubdecks))
    try:
        start_containers(options.containers)
        time.sleep(5)
        idle = baseline(options.seconds)
        runs = {name: [] for name, _, _ in chosen}
        for _ in range(options.runs):
            for name, command, keys in chosen:
                runs[name].append(run(command, options.seconds, options.containers, keys))
                time.sleep(2)
        starts, rest = started(chosen, options), printed(chosen, options.starts)
    finally:
        remove_containers()
    results = {name: {**median(each, idle), **starts[name], **rest[name]} for name, each in runs.items()}
    table(results, idle)
    if options.json:
        with open(options.json, "w") as file:
            json.dump({"dockerd_idle_percent": idle, "tools": results}, file, indent=1)


if __name__ == "__main__":
    main()
