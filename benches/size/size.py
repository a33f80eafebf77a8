#!/usr/bin/env python3
"""What the shipped program consists of, by crate: writes the table of benches/README.md.

    cargo install cargo-bloat --locked
    python3 benches/size/size.py

Needs cargo-bloat, which tells the crates apart by the symbols of an unstripped build. Python 3, standard library only.
"""

import json
import os
import pathlib
import subprocess
import tempfile

SHOWN = 24
BEGIN, END = "<!-- sizes: written by benches/size/size.py -->", "<!-- end of sizes -->"
ROOT = pathlib.Path(__file__).resolve().parents[2]


def cargo(*arguments):
    return subprocess.run(["cargo", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def target_directory():
    return pathlib.Path(json.loads(cargo("metadata", "--no-deps", "--format-version", "1"))["target_directory"])


def table():
    """The crates by the size of their code, the largest first, and how much of the file is no code."""
    told = json.loads(cargo("bloat", "--profile", "dist", "--crates", "-n", "0", "--message-format", "json"))
    crates = sorted(told["crates"], key=lambda crate: -crate["size"])
    # cargo-bloat builds with symbols; what is shipped has none.
    with tempfile.TemporaryDirectory() as directory:
        shipped = os.path.join(directory, "hubdeck")
        subprocess.run(["strip", "-o", shipped, target_directory() / "dist" / "hubdeck"], check=True)
        size = os.path.getsize(shipped)
    code = told["text-section-size"]
    rest = sum(crate["size"] for crate in crates[SHOWN:])
    rows = [(crate["name"], crate["size"]) for crate in crates[:SHOWN]]
    rows += [(f"{len(crates) - SHOWN} others", rest), ("**code**", code), ("constants, unwinding, relocations", size - code), ("**the program**", size)]
    lines = ["| crate | kB | share |", "|---|---|---|"]
    lines += [f"| {name} | {bytes / 1e3:,.0f} | {bytes / size * 100:.1f} % |" for name, bytes in rows]
    return "\n".join(lines)


def main():
    readme = ROOT / "benches" / "README.md"
    text = readme.read_text()
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    readme.write_text(f"{before}{BEGIN}\n{table()}\n{END}{after}")


if __name__ == "__main__":
    main()
