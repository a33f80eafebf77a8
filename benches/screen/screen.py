#!/usr/bin/env python3
"""The budgets of the screen, measured on the real program in a pseudo terminal of 160×50.

    cargo build --profile dist
    python3 benches/screen/screen.py --hubdeck old=OLD --hubdeck new=target/dist/hubdeck

Each program runs beside a `hubdeck sim` of 1,000 running containers: key press to the first
byte of the frame, bytes a key on the map, bytes while idle, processor time and peak memory. Keys
that change nothing on screen are not counted as frames.
"""

import argparse
import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import subprocess
import tempfile
import termios
import time

COLUMNS, ROWS = 160, 50
DOWN, UP, LEFT, RIGHT, ESC = "\x1b[B", "\x1b[A", "\x1b[D", "\x1b[C", "\x1b"
MAP_KEYS = [DOWN, RIGHT, DOWN, LEFT, UP, RIGHT, RIGHT, DOWN]
TABLE_KEYS = [DOWN, DOWN, UP, DOWN]
# Moving the selection redraws two cards or rows.
LEAST_BYTES = 100


class Console:
    """The program in a terminal of its own."""

    def __init__(self, program, arguments, home):
        environment = {
            "PATH": os.environ["PATH"], "HOME": home, "TERM": "xterm-256color", "COLORTERM": "truecolor",
            "LANG": "C.UTF-8", "TZ": "UTC", "XDG_STATE_HOME": home + "/state", "XDG_CONFIG_HOME": home + "/config",
        }
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
            os.execvpe(program, [program, *arguments], environment)

    def read(self, seconds, quiet=None):
        """Bytes within `seconds`; ends `quiet` seconds after the last of them."""
        count, deadline = 0, time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            wait = left if quiet is None or count == 0 else min(left, quiet)
            if not select.select([self.terminal], [], [], wait)[0]:
                break
            count += len(os.read(self.terminal, 1 << 16))
        return count

    def key(self, text):
        """Milliseconds until the first byte and the bytes of the frame; None where nothing changed."""
        self.read(0.0)
        begin = time.monotonic()
        os.write(self.terminal, text.encode())
        if not select.select([self.terminal], [], [], 0.3)[0]:
            return None
        taken = (time.monotonic() - begin) * 1000
        return taken, self.read(0.3, quiet=0.03)

    def status(self, name):
        with open(f"/proc/{self.pid}/status", encoding="utf-8") as lines:
            return int(next(line for line in lines if line.startswith(name)).split()[1])

    def processor_seconds(self):
        with open(f"/proc/{self.pid}/stat", encoding="utf-8") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))]


def frames(console, keys, rounds):
    found = [frame for _ in range(rounds) for key in keys if (frame := console.key(key))]
    # A key at the edge moves nothing; what came then were the digits of a measurement.
    found = [(taken, size) for taken, size in found if size >= LEAST_BYTES]
    times, sizes = [taken for taken, _ in found], [size for _, size in found]
    return times, sizes


def measure(program, simulator, containers, idle):
    with tempfile.TemporaryDirectory() as home:
        socket = home + "/engine.sock"
        engine = subprocess.Popen([simulator, "sim", "--listen", "unix:" + socket, "--containers", str(containers)],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while not os.path.exists(socket):
                time.sleep(0.05)
            console = Console(program, ["--host", "unix://" + socket], home)
            console.read(12)
            map_times, map_sizes = frames(console, MAP_KEYS, 25)
            os.write(console.terminal, b"2")
            console.read(2)
            table_times, _ = frames(console, TABLE_KEYS, 50)
            os.write(console.terminal, b"1")
            console.read(5)
            spent, begin = console.processor_seconds(), time.monotonic()
            written = console.read(idle)
            seconds = time.monotonic() - begin
            figures = {
                "key to frame on the map, median, ms": statistics.median(map_times),
                "key to frame on the map, 99 %, ms": percentile(map_times, 0.99),
                "key to frame in the table, 99 %, ms": percentile(table_times, 0.99),
                "bytes a key on the map, median": statistics.median(map_sizes),
                "bytes a key on the map, most": max(map_sizes),
                "bytes a minute, idle, kB": written / seconds * 60 / 1000,
                "processor, idle, %": (console.processor_seconds() - spent) / seconds * 100,
                "peak memory, MiB": console.status("VmHWM") / 1024,
            }
            console.end()
            return figures
        finally:
            engine.kill()
            engine.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hubdeck", action="append", required=True, metavar="NAME=PROGRAM")
    parser.add_argument("--sim", metavar="PROGRAM", help="simulates the engine for all; else each does for itself")
    parser.add_argument("--containers", type=int, default=1000)
    parser.add_argument("--idle", type=float, default=45, help="seconds that are counted as idle")
    parser.add_argument("--runs", type=int, default=2)
    options = parser.parse_args()
    programs = [name.split("=", 1) for name in options.hubdeck]
    found = {name: [] for name, _ in programs}
    for _ in range(options.runs):
        for name, program in programs:
            simulator = os.path.abspath(options.sim or program)
            found[name].append(measure(os.path.abspath(program), simulator, options.containers, options.idle))
    print("| |", " | ".join(name for name, _ in programs), "|")
    print("|---|" + "---|" * len(programs))
    for row in found[programs[0][0]][0]:
        cells = [statistics.median(run[row] for run in found[name]) for name, _ in programs]
        print(f"| {row} |", " | ".join(f"{cell:.1f}" for cell in cells), "|")


if __name__ == "__main__":
    main()
