# Everything a developer runs; `just ci` is what CI runs.

# List the recipes.
default:
    @just --list

# All checks.
ci: checks live-and-size

# What needs no engine, in the order of what fails most often.
checks: test fmt clippy doc deny typos

# Every test that needs no engine.
test:
    cargo test

# Formatting, without changing anything.
fmt:
    cargo fmt --check

# Lints, in all targets.
clippy:
    cargo clippy --all-targets -- -D warnings

# The documentation builds without a warning.
doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --document-private-items

# Licences, sources and bans of the dependencies; advisories where their database can be fetched.
deny:
    @# What other platforms need is looked at as well, and not here yet on a fresh machine.
    cargo fetch --locked
    cargo deny --offline check bans licenses sources
    @if timeout 60 cargo deny fetch db >/dev/null 2>&1; then cargo deny check advisories; \
    else echo "advisories not checked: their database cannot be fetched from here"; fi

# Spelling.
typos:
    typos

# Tests on the Docker Engine of this machine; the images of examples/hub and examples/exchange must be there or reachable.
live:
    @if docker version >/dev/null 2>&1; then HUBDECK_LIVE=1 cargo test --test live -- --test-threads=1 \
    --skip walk:: --skip auto_heal:: --skip compose:: --skip update:: --skip probes:: --skip probe_logs::; \
    else echo "live tests not run: no Docker Engine answers here"; fi

# The tasks of an operator on a real stack, with the number of keys that each takes.
walk:
    @if docker version >/dev/null 2>&1; then HUBDECK_LIVE=1 cargo test --test live walk:: -- --nocapture; \
    else echo "not walked: no Docker Engine answers here"; fi

# The page in Debian's chromium, on real containers: takes ten seconds.
browser:
    @if docker version >/dev/null 2>&1 && command -v chromium >/dev/null; then cargo build --quiet && python3 tests/browser/page.py target/debug/hubdeck; \
    else echo "not tried in a browser: no Docker Engine answers here, or chromium is missing"; fi

# The pictures of the page in the documents, from the demo.
page-pictures:
    cargo build --quiet && python3 tests/browser/page.py target/debug/hubdeck --pictures screenshots

# The live tests that may run beside the others: what they wait for comes late, or not, on a busy machine too.
beside: walk browser
    @if docker version >/dev/null 2>&1; then HUBDECK_LIVE=1 cargo test --test live -- --test-threads=1 auto_heal:: compose:: update:: probes:: probe_logs::; \
    else echo "not run beside: no Docker Engine answers here"; fi

# Bytes that the shipped program may have. The specification allows 16 MB: what is above has to go again.
size_limit := "16600000"

# The shipped program, which must stay small: every page of it that is touched counts as memory.
size:
    nice -n 19 cargo build --profile dist
    @size=$(wc -c < target/dist/hubdeck); echo "target/dist/hubdeck has $size bytes of {{size_limit}}"; \
    test "$size" -le {{size_limit}} || { echo "too large: see benches/README.md, Size, for what takes the room"; exit 1; }

# Live tests mostly wait for containers; the tasks of an operator are walked and the shipped program is built meanwhile.
[parallel]
[private]
live-and-size: live beside size

# The static program of this machine's processor, as an archive with its checksum in target/packages (needs musl-gcc).
dist: static
    sh examples/deploy/package.sh target/{{musl}}/dist/hubdeck {{musl}} target/packages

# The image `hubdeck`, from the static program, without any registry.
image NAME="hubdeck": static
    sh examples/deploy/image/root.sh target/{{musl}}/dist/hubdeck target/image/root-of-image
    docker build --build-context build=target/image --tag {{NAME}} .

musl := arch() + "-unknown-linux-musl"

[private]
static:
    rustup target add {{musl}}
    nice -n 19 cargo build --locked --profile dist --target {{musl}}

# What the shipped program consists of, by crate, into benches/README.md (needs cargo-bloat).
sizes:
    python3 benches/size/size.py

# config.example.toml, docs/keys.md, the tables of docs/configuration.md, completions/ and docs/hubdeck.1, written from the tables of settings and keys and the command line.
settings:
    cargo run --quiet --example settings

# The pictures of the README, made by the real program.
screenshots:
    cargo build --release
    cargo run --release --example screenshots -- target/release/hubdeck screenshots

# The recording of the README, as an asciinema cast and as an animated picture made from it.
recording:
    cargo build --release
    cargo run --release --example recording -- target/release/hubdeck screenshots

# Micro benchmarks.
bench:
    cargo bench

# hubdeck beside its rivals on the engine of this machine (benches/rivals/README.md).
rivals *ARGS:
    cargo build --profile dist
    python3 benches/rivals/rivals.py {{ARGS}}
