#!/usr/bin/env python3
"""1,000,000 log lines of one container: `hubdeck logs` and the console beside `docker logs` and lnav.

    cargo build --profile dist
    python3 benches/logs/million.py [--hubdeck PROGRAM] [--rounds N]

Starts one busybox container (`--pull never`), removes it at the end, and prints medians of N rounds
in which every tool had its turn. lnav reads a copy of the log in a file, so that the engine's share
is missing in its column; it is left out where it is not installed.
"""

import argparse
import fcntl
import os
import pty
import select
import shutil
import signal
import statistics
import struct
import subprocess
import tempfile
import termios
import time

LINES = 1_000_000
WRITER = (
    'awk "BEGIN{for(i=1;i<=%d;i++) printf \\"2026-11-30T12:00:00Z INFO request %%d GET /api/orders/%%d status=%%d '
    'duration_ms=%%d user=ann%%d\\n\\", i, i%%977, (i%%50==0)?500:200, i%%900, i%%31}"; exec sleep 3600' % LINES
)
MATCHES = r"status=5\d\d duration_ms=8"
TASKS = {
    "everything to a pipe": {
        "hubdeck": "{hubdeck} logs {name} | wc -l",
        "docker": "docker logs {name} | wc -l",
    },
    "the last 100 lines": {
        "hubdeck": "{hubdeck} logs -n 100 {name} | tail -1",
        "docker": "docker logs -n 100 {name} | tail -1",
        "lnav": "lnav -n -c ':goto 100%' {copy} | tail -1",
    },
    "lines that an expression matches": {
        "hubdeck": "{hubdeck} logs {name} --grep '%s' | wc -l" % MATCHES,
        "docker": "docker logs {name} | grep -cP '%s'" % MATCHES,
        "lnav": "lnav -n -c ':filter-in %s' {copy} | wc -l" % MATCHES,
    },
    "the first line": {
        "hubdeck": "{hubdeck} logs {name} | head -1",
        "docker": "docker logs {name} | head -1",
    },
}
# The answers of the tools must agree, or the times mean nothing.
ANSWERS = {"everything to a pipe": str(LINES), "the last 100 lines": f"request {LINES} ", "the first line": "request 1 "}


def timed(command):
    begin, before = time.monotonic(), os.times()
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    after = os.times()
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return time.monotonic() - begin, processor, done.stdout.strip()


def first_screen(program, name):
    """Seconds from `l` on the only service of that name until its last line is on screen, in 160×50."""
    with tempfile.TemporaryDirectory() as home:
        environment = {
            "PATH": os.environ["PATH"], "HOME": home, "TERM": "xterm-256color", "LANG": "C.UTF-8",
            "XDG_STATE_HOME": home + "/state", "XDG_CONFIG_HOME": home + "/config",
        }
        pid, terminal = pty.fork()
        if pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 160, 0, 0))
            os.execvpe(program, [program, "--view", "services", "--stack", name], environment)
        try:
            wait_for(terminal, name.encode(), 10)
            wait_for(terminal, None, 2)
            os.write(terminal, b"\x1b[B")
            wait_for(terminal, None, 1)
            begin = time.monotonic()
            os.write(terminal, b"l")
            if not wait_for(terminal, str(LINES).encode(), 10):
                raise SystemExit("the log did not open")
            return time.monotonic() - begin
        finally:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            os.close(terminal)


def wait_for(terminal, text, seconds):
    """True once `text` was written to the terminal; with None, reads all that comes in that time."""
    seen, deadline = b"", time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        if select.select([terminal], [], [], left)[0]:
            seen += os.read(terminal, 1 << 16)
            if text and text in seen:
                return True
    return False


def peak_memory(command):
    """MiB of the program itself while it writes the whole log."""
    done = subprocess.run(["/usr/bin/time", "-f", "%M", *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True)
    return int(done.stderr.split()[-1]) / 1024


def start(name):
    labels = ["--label", f"com.docker.compose.project={name}", "--label", "com.docker.compose.service=writer"]
    subprocess.run(["docker", "run", "-d", "--pull", "never", "--name", name, *labels, "busybox:1.36", "sh", "-c", WRITER],
                   check=True, stdout=subprocess.DEVNULL)
    while f"request {LINES} " not in subprocess.run(["docker", "logs", "-n", "1", name], capture_output=True, text=True).stdout:
        time.sleep(0.5)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--hubdeck", default="target/dist/hubdeck")
    arguments.add_argument("--rounds", type=int, default=3)
    asked = arguments.parse_args()
    name = f"million{os.getpid()}"
    with tempfile.NamedTemporaryFile(suffix=".log") as copy:
        try:
            start(name)
            subprocess.run(["docker", "logs", name], check=True, stdout=copy)
            tools = ["hubdeck", "docker"] + (["lnav"] if shutil.which("lnav") else [])
            print("| task | " + " | ".join(tools) + " |\n|" + "---|" * (len(tools) + 1))
            for task, commands in TASKS.items():
                rows = {tool: [] for tool in tools}
                for _ in range(asked.rounds):
                    for tool in (tool for tool in tools if tool in commands):
                        command = commands[tool].format(hubdeck=asked.hubdeck, name=name, copy=copy.name)
                        wall, processor, answer = timed(command)
                        assert tool == "lnav" or ANSWERS.get(task, "") in answer, f"{command}: {answer}"
                        rows[tool].append((wall, processor))
                cells = [f"{statistics.median(w for w, _ in it):.3f} s, {statistics.median(p for _, p in it):.2f} s of CPU"
                         if it else "–" for it in rows.values()]
                print(f"| {task} | " + " | ".join(cells) + " |", flush=True)
            screens = [first_screen(asked.hubdeck, name) for _ in range(asked.rounds)]
            print(f"| console: `l` to the last line on screen | {statistics.median(screens):.3f} s | – | – |"[:None if len(tools) == 3 else -4])
            if os.path.exists("/usr/bin/time"):
                memory = [peak_memory([asked.hubdeck, "logs", name]), peak_memory(["docker", "logs", name])]
                print("| peak memory of the first task | " + " | ".join(f"{it:.0f} MiB" for it in memory) + " | – |"[:None if len(tools) == 3 else -4])
        finally:
            subprocess.run(["docker", "rm", "-f", name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
