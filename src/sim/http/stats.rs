//! `GET /containers/{id}/stats`, in the shape of cgroup v2.

use std::time::Duration;

use axum::body::Bytes;
use axum::response::Response;
use futures_util::stream;
use serde_json::{Value, json};

use super::super::clock::{NEVER, Nanos, SECOND, seconds, stamp};
use super::super::control::Control;
use super::super::world::{Container, World};
use super::{Params, reply};

/// Time between two samples of a stream.
const PERIOD: Duration = Duration::from_secs(1);

pub(super) async fn container(control: &Control, key: &str, params: &Params) -> Response {
    let index = match control.look(|world, _| world.index(key)) {
        Ok(index) => index,
        Err(refusal) => return reply::refused(&refusal),
    };
    let streams = params.get("stream").is_none() || params.is("stream");
    if !streams {
        let before = if params.is("one-shot") {
            None
        } else {
            let before = control.look(|world, now| figures(world, index, now));
            tokio::time::sleep(PERIOD).await;
            before
        };
        return reply::json(&sample(
            control,
            index,
            before.as_ref(),
            !params.is("one-shot"),
        ));
    }
    let control = control.clone();
    let samples = stream::unfold(
        (None, true),
        move |(before, first): (Option<Figures>, bool)| {
            let control = control.clone();
            async move {
                if !first {
                    tokio::time::sleep(PERIOD).await;
                }
                control.look(|world, _| world.get(index).map(|_| ()))?;
                let mut line = sample(&control, index, before.as_ref(), true).to_string();
                line.push('\n');
                let now = control.look(|world, now| figures(world, index, now));
                Some((Ok(Bytes::from(line)), (now, false)))
            }
        },
    );
    reply::stream("application/json", samples)
}

struct Figures {
    read: Nanos,
    cpu: Value,
}

fn figures(world: &World, index: u32, now: Nanos) -> Option<Figures> {
    let container = world
        .get(index)
        .filter(|container| container.state.is_up())?;
    Some(Figures {
        read: now,
        cpu: cpu(world, container, now),
    })
}

fn cpu(world: &World, container: &Container, now: Nanos) -> Value {
    let work = container.activity(now);
    let total = (work * container.spec.load.cpu / 100.0 * SECOND as f64) as u64;
    let booted = world.epoch - seconds(world.engine.uptime);
    let limited = container.spec.cpu_limit.is_some();
    json!({
        "cpu_usage": {
            "total_usage": total,
            "usage_in_kernelmode": total / 4,
            "usage_in_usermode": total - total / 4,
        },
        "system_cpu_usage": (now - booted).max(0).unsigned_abs() * u64::from(world.engine.cpus),
        "online_cpus": world.engine.cpus,
        "throttling_data": {
            "periods": if limited { work as u64 * 10 } else { 0 },
            "throttled_periods": if limited { work as u64 / 50 } else { 0 },
            "throttled_time": if limited { work as u64 * 200_000 } else { 0 },
        },
    })
}

fn no_cpu() -> Value {
    json!({
        "cpu_usage": { "total_usage": 0, "usage_in_kernelmode": 0, "usage_in_usermode": 0 },
        "throttling_data": { "periods": 0, "throttled_periods": 0, "throttled_time": 0 },
    })
}

fn blkio(bytes: Value) -> Value {
    json!({
        "io_service_bytes_recursive": bytes,
        "io_serviced_recursive": null, "io_queue_recursive": null, "io_service_time_recursive": null,
        "io_wait_time_recursive": null, "io_merged_recursive": null, "io_time_recursive": null,
        "sectors_recursive": null,
    })
}

fn sample(control: &Control, index: u32, before: Option<&Figures>, named: bool) -> Value {
    control.look(|world, now| {
        let Some(container) = world.get(index) else {
            return Value::Null;
        };
        let up = container.state.is_up();
        let mut sample = if up {
            live(world, container, now)
        } else {
            dead()
        };
        if let Some(before) = before.filter(|_| up) {
            sample["preread"] = stamp(before.read).into();
            sample["precpu_stats"] = before.cpu.clone();
        }
        if named || !up {
            sample["name"] = format!("/{}", container.name).into();
            sample["id"] = container.id.to_string().into();
        }
        sample
    })
}

fn dead() -> Value {
    json!({
        "read": NEVER, "preread": NEVER, "pids_stats": {}, "blkio_stats": blkio(Value::Null), "num_procs": 0,
        "storage_stats": {}, "cpu_stats": no_cpu(), "precpu_stats": no_cpu(), "memory_stats": {},
    })
}

fn live(world: &World, container: &Container, now: Nanos) -> Value {
    let load = &container.spec.load;
    let work = container.activity(now);
    let bytes = |rate: f64| (rate * 1024.0 * work) as u64;
    let entry =
        |op: &str, rate: f64| json!({ "major": 8, "minor": 0, "op": op, "value": bytes(rate) });
    let mut sample = json!({
        "read": stamp(now),
        "preread": NEVER,
        "pids_stats": { "current": load.pids, "limit": 18_446_744_073_709_551_615_u64 },
        "blkio_stats": blkio(json!([entry("read", load.read), entry("write", load.write)])),
        "num_procs": 0,
        "storage_stats": {},
        "cpu_stats": cpu(world, container, now),
        "precpu_stats": no_cpu(),
        "memory_stats": memory(world, container, now),
    });
    // A container in another's network namespace, or the host's, has no interfaces of its own.
    if container.spec.network_mode.is_none() {
        sample["networks"] = json!({ "eth0": {
            "rx_bytes": bytes(load.receive), "rx_packets": bytes(load.receive) / 600, "rx_errors": 0, "rx_dropped": 0,
            "tx_bytes": bytes(load.send), "tx_packets": bytes(load.send) / 700, "tx_errors": 0, "tx_dropped": 0,
        } });
    }
    sample
}

fn memory(world: &World, container: &Container, now: Nanos) -> Value {
    let spec = &container.spec;
    let limit = spec
        .memory_limit
        .map_or(world.engine.memory, |mib| (mib * 1_048_576.0) as u64);
    // Grows into its mean in the first half minute, then breathes with the load.
    let warm = ((now - container.started) as f64 / (30 * SECOND) as f64).clamp(0.2, 1.0);
    let breath = 0.9 + 0.1 * container.curve().level(now);
    let usual = spec.load.memory * warm * breath;
    let needed = container.ailment().and_then(|ailment| ailment.memory);
    let anon = ((needed.unwrap_or(usual) * 1_048_576.0) as u64).min(limit * 98 / 100);
    let inactive = (anon / 6).min(limit - anon);
    let active = (anon / 20).min(limit - anon - inactive);
    json!({
        "usage": anon + inactive + active,
        "stats": {
            "anon": anon, "file": inactive + active, "active_anon": anon / 8, "inactive_anon": anon - anon / 8,
            "active_file": active, "inactive_file": inactive, "kernel_stack": 65_536, "pgfault": 12_000,
            "pgmajfault": 12, "shmem": 0, "slab": 262_144, "sock": 0, "unevictable": 0,
        },
        "limit": limit,
    })
}
