//! `GET /containers/{id}/json`.

use axum::response::Response;
use serde_json::{Map, Value, json};

use crate::model::DockerStatus;

use super::super::clock::{Nanos, SECOND, seconds, stamp};
use super::super::control::Control;
use super::super::id::Id;
use super::super::network::Attachment;
use super::super::schema::{HealthSpec, ServiceSpec, SimState};
use super::super::world::{Container, World};
use super::filters::health_word;
use super::list::Labels;
use super::{Params, reply};

pub(super) fn container(control: &Control, key: &str, params: &Params) -> Response {
    let found = control.look(|world, now| {
        let index = world.index(key)?;
        Ok(world
            .get(index)
            .map(|container| document(world, container, now, params.is("size"))))
    });
    match found {
        Ok(document) => reply::json(&document),
        Err(refusal) => reply::refused(&refusal),
    }
}

fn document(world: &World, container: &Container, now: Nanos, size: bool) -> Value {
    let id = container.id.to_string();
    let spec = &container.spec;
    let root = format!("/var/lib/docker/containers/{id}");
    let mut document = json!({
        "Id": id,
        "Created": stamp(container.created),
        "Path": spec.command.first().map_or("", String::as_str),
        "Args": spec.command.get(1..).unwrap_or_default(),
        "State": state(container, now),
        "Image": format!("sha256:{}", Id::of("image", &spec.image)),
        "ResolvConfPath": format!("{root}/resolv.conf"),
        "HostnamePath": format!("{root}/hostname"),
        "HostsPath": format!("{root}/hosts"),
        "LogPath": format!("{root}/{id}-json.log"),
        "Name": format!("/{}", container.name),
        "RestartCount": container.restarts,
        "Driver": "overlay2",
        "Platform": "linux",
        "MountLabel": "", "ProcessLabel": "", "AppArmorProfile": "",
        "ExecIDs": null,
        "HostConfig": host_config(world, container),
        "GraphDriver": { "Data": null, "Name": "overlay2" },
        "Mounts": mounts(world, container),
        "Config": config(world, container),
        "NetworkSettings": network_settings(world, container),
    });
    if size {
        document["SizeRw"] = (4096 + container.seed % 50_000_000).into();
        document["SizeRootFs"] = (60_000_000 + container.seed % 300_000_000).into();
    }
    document
}

fn state(container: &Container, now: Nanos) -> Value {
    let mut state = json!({
        "Status": container.state.word(),
        "Running": container.state.is_up() || container.state == SimState::Restarting,
        "Paused": container.state == SimState::Paused,
        "Restarting": container.state == SimState::Restarting,
        "OOMKilled": container.oom_killed,
        "Dead": container.state == SimState::Dead,
        "Pid": if container.state.is_up() { 2_000 + container.seed % 60_000 } else { 0 },
        "ExitCode": container.exit_code,
        "Error": container.spec.error,
        "StartedAt": stamp(container.started),
        "FinishedAt": stamp(container.finished),
    });
    if let Some(health) = health(container, now) {
        state["Health"] = health;
    }
    state
}

/// The last five checks: one each interval since the start, failed inside of a failure.
fn health(container: &Container, now: Nanos) -> Option<Value> {
    let check = container.spec.healthcheck.as_ref()?;
    let interval = seconds(check.interval).max(SECOND / 10);
    let until = if container.state.is_up() {
        now
    } else {
        container.finished
    };
    let done = (until - container.started).max(0) / interval;
    let entries = ((done - 4).max(1)..=done)
        .map(|number| check_result(container, check, container.started + number * interval));
    let failed = (1..=done).rev().take_while(|number| {
        container
            .failed_at(container.started + number * interval)
            .is_some()
    });
    let streak = if container.health == DockerStatus::Starting {
        0
    } else {
        failed.count()
    };
    Some(json!({
        "Status": health_word(container.health),
        "FailingStreak": streak,
        "Log": entries.collect::<Vec<_>>(),
    }))
}

/// What the check that began at `begin` found.
fn check_result(container: &Container, check: &HealthSpec, begin: Nanos) -> Value {
    let failure = container.failed_at(begin);
    let starting =
        begin < container.started + seconds(check.ready_after) && container.run_epoch > 0;
    let output = failure.unwrap_or(&check.output);
    json!({
        "Start": stamp(begin),
        "End": stamp(begin + 40 * SECOND / 1000 + (container.seed % 20) as i64 * SECOND / 1000),
        "ExitCode": i32::from(failure.is_some() || starting),
        "Output": if starting { "not ready yet" } else { output },
    })
}

fn config(world: &World, container: &Container) -> Value {
    let spec = &container.spec;

    let exposed: Map<_, _> = spec
        .ports
        .iter()
        .map(|port| (format!("{}/{}", port.container, port.protocol), json!({})))
        .collect();
    let mut config = json!({
        "Hostname": container.id.short(),
        "Domainname": "", "User": "",
        "AttachStdin": false, "AttachStdout": true, "AttachStderr": true,
        "ExposedPorts": exposed,
        "Tty": spec.tty,
        "OpenStdin": false, "StdinOnce": false,
        "Env": environment(spec),
        "Cmd": spec.command,
        "Image": spec.image,
        "Volumes": null, "WorkingDir": "", "Entrypoint": null, "OnBuild": null,
        "Labels": Labels(world, container),
    });
    if let Some(check) = &spec.healthcheck {
        config["Healthcheck"] = json!({
            "Test": check.test,
            "Interval": seconds(check.interval),
            "Timeout": seconds(check.timeout),
            "StartPeriod": seconds(check.start_period),
            "Retries": check.retries,
        });
    }
    config
}

fn environment(spec: &ServiceSpec) -> Vec<String> {
    let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    let own = spec.env.iter().map(|(key, value)| format!("{key}={value}"));
    own.chain([path.to_owned()]).collect()
}

fn host_config(world: &World, container: &Container) -> Value {
    let spec = &container.spec;
    let memory = spec
        .memory_limit
        .map_or(0, |mib| (mib * 1_048_576.0) as u64);
    let binds: Vec<_> = spec
        .mounts
        .iter()
        .filter(|mount| mount.starts_with('/'))
        .collect();
    json!({
        "Binds": binds,
        "LogConfig": { "Type": "json-file", "Config": {} },
        "NetworkMode": world.network_mode(container),
        "PortBindings": bindings(container, false),
        "RestartPolicy": { "Name": spec.restart.word(), "MaximumRetryCount": 0 },
        "AutoRemove": spec.oneoff,
        "Privileged": false,
        "PublishAllPorts": false,
        "ReadonlyRootfs": false,
        "IpcMode": "private", "PidMode": "", "UTSMode": "", "UsernsMode": "", "CgroupnsMode": "private",
        "ShmSize": 67_108_864,
        "Runtime": "runc",
        "CpuShares": 0, "CpuPeriod": 0, "CpuQuota": 0, "CpusetCpus": "", "CpusetMems": "",
        "Memory": memory,
        "MemoryReservation": memory / 2,
        "MemorySwap": memory * 2,
        "NanoCpus": spec.cpu_limit.map_or(0, |cores| (cores * 1e9) as u64),
        "PidsLimit": spec.pids_limit,
        "OomKillDisable": null,
    })
}

/// `PortBindings` or `Ports`; the latter names exposed ports too, and the host's addresses.
fn bindings(container: &Container, ports: bool) -> Value {
    let mut map = Map::new();
    for binding in container.bindings() {
        let key = format!("{}/{}", binding.spec.container, binding.spec.protocol);
        match binding.host {
            Some((ip, port)) => {
                let entry = |ip: &str| json!({ "HostIp": ip, "HostPort": port.to_string() });
                let value = match (ports, ip) {
                    (true, "0.0.0.0") => json!([entry(ip), entry("::")]),
                    (false, "0.0.0.0") => json!([entry("")]),
                    _ => json!([entry(ip)]),
                };
                map.insert(key, value);
            }
            None if ports => {
                map.insert(key, Value::Null);
            }
            None => {}
        }
    }
    Value::Object(map)
}

fn network_settings(world: &World, container: &Container) -> Value {
    let attachments = world.attachments(container);
    let networks: Map<_, _> = attachments
        .iter()
        .map(|net| (net.name.clone(), network(net, container, true)))
        .collect();
    let first = attachments.first().filter(|net| net.name == "bridge");
    json!({
        "Bridge": "",
        "SandboxID": Id::of("sandbox", &container.name).to_string(),
        "SandboxKey": format!("/var/run/docker/netns/{}", container.id.short()),
        "Ports": if container.state.is_up() { bindings(container, true) } else { json!({}) },
        "HairpinMode": false,
        "Gateway": first.map_or("", |net| net.gateway.as_str()),
        "IPAddress": first.map_or("", |net| net.address.as_str()),
        "IPPrefixLen": if first.is_some() { 24 } else { 0 },
        "MacAddress": first.map_or("", |net| net.mac.as_str()),
        "Networks": networks,
    })
}

/// One entry of `Networks`; a list leaves the names out.
pub(super) fn network(attachment: &Attachment, container: &Container, names: bool) -> Value {
    let up = !attachment.address.is_empty();
    let aliases = (names && container.stack.is_some())
        .then(|| [&*container.name, container.spec.name.as_str()]);
    let dns = aliases.map(|[name, service]| json!([name, service, container.id.short()]));
    json!({
        "IPAMConfig": null, "Links": null,
        "Aliases": aliases,
        "MacAddress": attachment.mac,
        "NetworkID": attachment.id.to_string(),
        "EndpointID": if up { attachment.endpoint.to_string() } else { String::new() },
        "Gateway": attachment.gateway,
        "IPAddress": attachment.address,
        "IPPrefixLen": if up { 24 } else { 0 },
        "IPv6Gateway": "", "GlobalIPv6Address": "", "GlobalIPv6PrefixLen": 0,
        "DriverOpts": null,
        "DNSNames": dns,
    })
}

/// `Mounts`, in the form both a list and an inspection have.
pub(super) fn mounts(world: &World, container: &Container) -> Vec<Value> {
    let stack = world.stack(container).map(|stack| stack.name.as_str());
    container
        .spec
        .mounts
        .iter()
        .map(|mount| mount_value(mount, stack))
        .collect()
}

fn mount_value(mount: &str, stack: Option<&str>) -> Value {
    let mut parts = mount.split(':');
    let (source, target) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    let writable = parts.next() != Some("ro");
    if source.starts_with('/') {
        let mode = if writable { "rw" } else { "ro" };
        return json!({
            "Type": "bind", "Source": source, "Destination": target, "Mode": mode, "RW": writable,
            "Propagation": "rprivate",
        });
    }
    let name = volume_name(stack, source);
    json!({
        "Type": "volume", "Name": name, "Source": format!("/var/lib/docker/volumes/{name}/_data"),
        "Destination": target, "Driver": "local", "Mode": "z", "RW": writable, "Propagation": "",
    })
}

/// The full name of a volume of a stack.
pub(super) fn volume_name(stack: Option<&str>, volume: &str) -> String {
    stack.map_or_else(|| volume.to_owned(), |stack| format!("{stack}_{volume}"))
}
