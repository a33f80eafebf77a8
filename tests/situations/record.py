#!/usr/bin/env python3
"""Records failing situations on a real engine: `python3 record.py [NAME…]`.

Each file beside this one begins with what is done (`run`, `files`) and with the cause that somebody who knows that
would name (`expected`, written before anything is looked at). What containers, logs, healthchecks and hubdeck's own
probe say of it is written below, and read by `tests/fold/diagnosis.rs`. In commands `@` stands for the prefix
of names and `@tmp` for a directory with the files.
"""
import json, os, pathlib, re, subprocess, sys, tempfile, time, tomllib

HERE = pathlib.Path(__file__).parent
PREFIX = os.environ.get("SITUATION_PREFIX", "situation-")
HUBDECK = os.environ.get("HUBDECK", "hubdeck")
MARK = "# Recorded; everything below is written by record.py.\n"
LINES = 120


def docker(*words):
    done = subprocess.run(["docker", *words], capture_output=True, text=True)
    return done.stdout


def clean():
    ids = docker("ps", "-aq", "--filter", f"name=^/?{PREFIX}").split()
    if ids:
        docker("rm", "-fv", *ids)
    for volume in docker("volume", "ls", "-q").split():
        if volume.startswith(PREFIX):
            docker("volume", "rm", volume)
    for network in docker("network", "ls", "--format", "{{.Name}}").split():
        if network.startswith(PREFIX):
            docker("network", "rm", network)


def quote(value):
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def probes():
    """What hubdeck's own probe says of each container's service; no diagnosis is looked at."""
    said = subprocess.run([HUBDECK, "status", "--json"], capture_output=True, text=True).stdout
    try:
        services = json.loads(said)["services"]
    except (ValueError, KeyError):
        return {}
    return {service["name"]: (service.get("health") or {}).get("probe") for service in services}


def facts(name, probe, tidy):
    seen = json.loads(docker("inspect", PREFIX + name))[0]
    image = json.loads(docker("image", "inspect", seen["Config"]["Image"]))[0]
    state, config, host = seen["State"], seen["Config"], seen["HostConfig"]
    of_image = set(image["Config"].get("Env") or [])
    out = ["\n[[container]]", f"name = {quote(name)}", f"image = {quote(config['Image'])}"]
    put = lambda key, value: out.append(f"{key} = {quote(value)}")
    put("command", [tidy(word) for word in (config.get("Entrypoint") or []) + (config.get("Cmd") or [])])
    put("state", state["Status"])
    put("exit_code", state["ExitCode"])
    put("oom_killed", state["OOMKilled"])
    put("error", tidy(state["Error"]))
    put("restarts", seen["RestartCount"])
    put("restart_policy", host["RestartPolicy"]["Name"])
    put("created_at", seen["Created"])
    for key, time in (("started_at", state["StartedAt"]), ("finished_at", state["FinishedAt"])):
        if not time.startswith("0001"):
            put(key, time)
    put("environment", [tidy(each) for each in config.get("Env") or [] if each not in of_image])
    put("networks", [tidy(each) for each in seen["NetworkSettings"]["Networks"]])
    put("network_mode", tidy(host["NetworkMode"]))
    put("mounts", [f"{m['Type']} {tidy(m.get('Name') or m['Source'])} {m['Destination']} {'rw' if m['RW'] else 'ro'}" for m in seen["Mounts"]])
    put("memory", host["Memory"])
    put("exposed", sorted(config.get("ExposedPorts") or {}))
    bound = host.get("PortBindings") or {}
    put("published", [f"{each['HostPort']} {port}" for port, hosts in sorted(bound.items()) for each in hosts or []])
    check, health = config.get("Healthcheck"), state.get("Health")
    if check and health:
        out.append("\n[container.healthcheck]")
        put("test", check["Test"])
        for key, short in (("Interval", "interval"), ("StartPeriod", "start_period")):
            put(short, check.get(key, 0) / 1e9)
        put("status", health["Status"])
        put("failing_streak", health["FailingStreak"])
        put("log", [f"{each['End']} {each['ExitCode']} {each['Output']}" for each in health["Log"] or []])
    if probe:
        out.append("\n[container.probe]")
        put("kind", probe["kind"])
        put("target", re.sub(r"\d+\.\d+\.\d+\.\d+", "172.18.0.9", probe["target"]))
        put("success", probe["success"])
        put("message", tidy(probe["message"]))
        put("answered", probe["latency_ms"] is not None)
    logs = subprocess.run(["docker", "logs", "-t", "--tail", str(LINES), PREFIX + name], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    lines = [tidy(line) for line in logs.stdout.decode(errors="replace").split("\n") if line]
    if lines:
        out.append("\n[container.said]\nlog = [")
        colour = re.compile(r"\x1b\[[0-9;]*m")
        out.extend(f"    {quote(colour.sub('', line))}," for line in sorted(lines, key=lambda line: line[:30]))
        out.append("]")
    return "\n".join(out) + "\n"


def record(path):
    head = path.read_text().split(MARK)[0].rstrip("\n") + "\n"
    situation = tomllib.loads(head)
    clean()
    docker("network", "create", PREFIX + "net")
    with tempfile.TemporaryDirectory() as tmp:
        os.chmod(tmp, 0o755)
        for name, text in situation.get("files", {}).items():
            (pathlib.Path(tmp) / name).write_text(text)
        fill = lambda text: re.sub(r"@(?=[a-z])", PREFIX, text.replace("@tmp", tmp))
        tidy = lambda text: text.replace(tmp, "/srv/shop").replace(PREFIX, "")
        for command in situation["run"]:
            subprocess.run(["bash", "-c", fill(command)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(situation["wait"])
        names = situation["record"]
        runs = any(docker("inspect", "-f", "{{.State.Running}}", PREFIX + name).strip() == "true" for name in names)
        said = probes() if runs else {}
        parts = [facts(name, said.get(PREFIX + name) or said.get(name), tidy) for name in names]
    path.write_text(head + "\n" + MARK + "".join(parts))
    clean()


for path in sorted(HERE.glob("*.toml")):
    if len(sys.argv) < 2 or path.stem in sys.argv[1:]:
        try:
            record(path)
            print(path.stem, flush=True)
        except Exception as error:
            print(path.stem, "failed:", error, flush=True)
