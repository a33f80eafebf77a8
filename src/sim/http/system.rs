//! `/_ping`, `/version` and `/info`.

use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::super::clock::stamp;
use super::super::control::Control;
use super::super::id::Id;
use super::super::schema::SimState;
use super::{reply, word};

/// What the kernel of the host permits.
const ABILITIES: [&str; 8] = [
    "MemoryLimit",
    "SwapLimit",
    "CpuCfsPeriod",
    "CpuCfsQuota",
    "CPUShares",
    "CPUSet",
    "PidsLimit",
    "IPv4Forwarding",
];

pub(super) fn ping() -> Response {
    let headers = [
        ("builder-version", "2"),
        ("cache-control", "no-cache, no-store, must-revalidate"),
        ("pragma", "no-cache"),
        ("swarm", "inactive"),
    ];
    (
        headers,
        [(header::CONTENT_TYPE, "text/plain; charset=utf-8")],
        "OK",
    )
        .into_response()
}

pub(super) fn version(control: &Control) -> Response {
    let (min, max) = control.versions();
    let (min, max) = (word(min), word(max));
    let engine = control.look(|world, _| world.engine.version.clone());
    let built = "2026-08-13T05:35:47.000000000+00:00";
    reply::json(&json!({
        "Platform": { "Name": "hubdeck sim" },
        "Components": [{
            "Name": "Engine",
            "Version": engine,
            "Details": {
                "ApiVersion": max, "Arch": "amd64", "BuildTime": built, "Experimental": "false",
                "GitCommit": "simulated", "GoVersion": "none", "KernelVersion": "6.1.0-sim",
                "MinAPIVersion": min, "Os": "linux",
            },
        }],
        "Version": engine,
        "ApiVersion": max,
        "MinAPIVersion": min,
        "GitCommit": "simulated",
        "GoVersion": "none",
        "Os": "linux",
        "Arch": "amd64",
        "KernelVersion": "6.1.0-sim",
        "BuildTime": built,
    }))
}

pub(super) fn info(control: &Control) -> Response {
    let body = control.look(|world, now| {
        let mut body = host();
        let mut put = |key: &str, value: Value| body[key] = value;
        let count =
            |fits: fn(SimState) -> bool| world.all().filter(|(_, it)| fits(it.state)).count();
        put("Containers", count(|_| true).into());
        put(
            "ContainersRunning",
            count(|state| matches!(state, SimState::Running | SimState::Restarting)).into(),
        );
        put(
            "ContainersPaused",
            count(|state| state == SimState::Paused).into(),
        );
        put(
            "ContainersStopped",
            count(|state| !state.is_up() && state != SimState::Restarting).into(),
        );
        put(
            "ID",
            Id::of("engine", &world.scenario_name).to_string().into(),
        );
        put("SystemTime", stamp(now).into());
        put("NCPU", world.engine.cpus.into());
        put("MemTotal", world.engine.memory.into());
        put("Name", world.engine.host.as_str().into());
        put(
            "Labels",
            json!([format!("hubdeck.sim={}", world.scenario_name)]),
        );
        put("ServerVersion", world.engine.version.as_str().into());
        body
    });
    reply::json(&body)
}

/// What is the same for every scenario.
fn host() -> Value {
    let mut host = json!({
        "Images": 24,
        "Driver": "overlay2",
        "DriverStatus": [["Backing Filesystem", "extfs"]],
        "Plugins": { "Volume": ["local"], "Network": ["bridge", "host", "null"], "Authorization": null, "Log": ["json-file"] },
        "Debug": false, "NFd": 64, "NGoroutines": 64, "NEventsListener": 0, "ExperimentalBuild": false,
        "LoggingDriver": "json-file", "CgroupDriver": "systemd", "CgroupVersion": "2",
        "KernelVersion": "6.1.0-sim", "OperatingSystem": "Simulated Linux", "OSVersion": "1", "OSType": "linux",
        "Architecture": "x86_64", "IndexServerAddress": "https://index.docker.io/v1/",
        "DockerRootDir": "/var/lib/docker", "DefaultRuntime": "runc", "InitBinary": "docker-init",
        "Swarm": { "NodeID": "", "NodeAddr": "", "LocalNodeState": "inactive", "ControlAvailable": false, "Error": "", "RemoteManagers": null },
        "LiveRestoreEnabled": false, "Isolation": "", "SecurityOptions": ["name=seccomp,profile=builtin"],
        "Warnings": null,
    });
    for ability in ABILITIES {
        host[ability] = true.into();
    }
    host
}
