#!/bin/sh
# schemathesis against `hubdeck --serve` on the simulated demo stack, by its own OpenAPI document: no 5xx, no status
# that is not documented, every body in the shape of its schema.
#
#   python3 -m venv /tmp/contract && /tmp/contract/bin/pip install schemathesis
#   benches/http/contract.sh target/debug/hubdeck /tmp/contract/bin/schemathesis [its options]
#
# With DOCKER_HOST set, that engine is watched instead of the simulated one.
set -eu

program=$(realpath "$1") schemathesis=$(realpath -s "$2") rules=$(realpath "$(dirname "$0")/schemathesis.toml")
shift 2
port=${CONTRACT_PORT:-5093}
folder=$(mktemp -d)
started=
finish() {
    for each in $started; do kill "$each" 2>/dev/null || true; done
    rm -rf "$folder"
}
trap finish EXIT INT TERM

export HOME="$folder" XDG_STATE_HOME="$folder" XDG_CONFIG_HOME="$folder"
if [ -z "${DOCKER_HOST:-}" ]; then
    export DOCKER_HOST="unix://$folder/engine.sock"
    "$program" sim --listen "unix:$folder/engine.sock" >"$folder/sim.log" 2>&1 &
    started="$started $!"
fi
HUBDECK_SERVE_PORT=$port "$program" --serve >"$folder/serve.log" 2>&1 &
started="$started $!"

tries=0
until curl --silent --fail --output "$folder/ready" "http://127.0.0.1:$port/readyz"; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || { cat "$folder/serve.log"; exit 1; }
    sleep 0.2
done
# What it found last time is kept where it runs.
cd "$folder"
"$schemathesis" --config-file "$rules" run --url "http://127.0.0.1:$port" --checks all "$@" "http://127.0.0.1:$port/api/openapi.json"
