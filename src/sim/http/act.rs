//! What changes a container, and what waits for it.

use std::time::Duration;

use axum::body::Bytes;
use axum::response::Response;
use futures_util::stream;
use serde_json::json;

use super::super::control::Control;
use super::super::refusal::LifecycleRefusal;
use super::super::schema::SimState;
use super::super::world::{Container, World};
use super::{Params, reply};

/// `POST /containers/{id}/{verb}`.
pub(super) async fn change(control: &Control, key: &str, verb: &str, params: &Params) -> Response {
    let outcome = match verb {
        "start" => act(control, key, |world, index, now| world.start(index, now)),
        "stop" => stop(control, key).await,
        "restart" => restart(control, key).await,
        "kill" => {
            let signal = params.get("signal").unwrap_or("SIGKILL");
            act(control, key, |world, index, now| {
                world.kill(index, signal, now)
            })
        }
        "pause" => act(control, key, |world, index, now| world.pause(index, now)),
        "unpause" => act(control, key, |world, index, now| world.unpause(index, now)),
        "rename" => rename(control, key, params),
        "resize" => Ok(()),
        _ => return reply::message(404, "page not found"),
    };
    match outcome {
        Ok(()) if verb == "resize" => reply::empty(200),
        Ok(()) => reply::empty(204),
        Err(refusal) => reply::refused(&refusal),
    }
}

fn act(
    control: &Control,
    key: &str,
    action: impl FnOnce(&mut World, u32, super::super::clock::Nanos) -> Result<(), LifecycleRefusal>,
) -> Result<(), LifecycleRefusal> {
    control.change(|world, now| {
        let index = world.index(key)?;
        action(world, index, now)
    })
}

/// Waits as long as the container takes to stop, then stops it.
async fn stop(control: &Control, key: &str) -> Result<(), LifecycleRefusal> {
    let takes = control.look(|world, _| {
        let container = world.get(world.index(key)?);
        Ok(container
            .filter(|it| it.state.is_up())
            .map_or(0.0, |it| it.spec.stops_in))
    })?;
    tokio::time::sleep(Duration::from_secs_f64(takes.clamp(0.0, 60.0))).await;
    act(control, key, |world, index, now| world.stop(index, now))
}

async fn restart(control: &Control, key: &str) -> Result<(), LifecycleRefusal> {
    match stop(control, key).await {
        Ok(()) | Err(LifecycleRefusal::Already) => {}
        Err(refusal) => return Err(refusal),
    }
    act(control, key, |world, index, now| {
        world.start(index, now)?;
        world.event(index, now, "restart", &[]);
        Ok(())
    })
}

fn rename(control: &Control, key: &str, params: &Params) -> Result<(), LifecycleRefusal> {
    let Some(name) = params
        .get("name")
        .map(|name| name.trim_start_matches('/').to_owned())
    else {
        return Err(LifecycleRefusal::Bad(
            "Neither old nor new names may be empty".into(),
        ));
    };
    if control.look(|world, _| world.find(&name).is_some()) {
        return Err(LifecycleRefusal::Conflict(format!(
            "Conflict. The container name \"/{name}\" is already in use"
        )));
    }
    control.look(|world, _| world.index(key))?;
    control
        .rename(key, &name)
        .map_err(|error| LifecycleRefusal::Failed(error.to_string()))
}

/// `DELETE /containers/{id}`.
pub(super) fn remove(control: &Control, key: &str, params: &Params) -> Response {
    let force = params.is("force");
    match act(control, key, |world, index, now| {
        world.remove(index, force, now)
    }) {
        Ok(()) => reply::empty(204),
        Err(refusal) => reply::refused(&refusal),
    }
}

/// `GET /containers/{id}/top`.
pub(super) fn top(control: &Control, key: &str) -> Response {
    let outcome = control.look(|world, _| {
        let container = world.get(world.index(key)?);
        let Some(container) = container.filter(|container| container.state.is_up()) else {
            let id = container.map_or_else(String::new, |container| container.id.to_string());
            return Err(LifecycleRefusal::Conflict(format!(
                "container {id} is not running"
            )));
        };
        Ok(json!({
            "Titles": ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"],
            "Processes": processes(container),
        }))
    });
    match outcome {
        Ok(body) => reply::json(&body),
        Err(refusal) => reply::refused(&refusal),
    }
}

/// `POST /containers/{id}/wait`: headers at once, the exit code when there is one.
pub(super) fn wait(control: &Control, key: &str, params: &Params) -> Response {
    let index = match control.look(|world, _| world.index(key)) {
        Ok(index) => index,
        Err(refusal) => return reply::refused(&refusal),
    };
    let next_exit = params.get("condition") == Some("next-exit");
    let run_epoch =
        control.look(|world, _| world.get(index).map_or(0, |container| container.run_epoch));
    let control = control.clone();
    let body = stream::once(async move {
        let mut changes = control.changes();
        loop {
            changes.mark_unchanged();
            let code = control.look(|world, _| end_code(world, index, next_exit, run_epoch));
            if let Some(code) = code {
                return Ok(Bytes::from(format!("{}\n", json!({ "StatusCode": code }))));
            }
            if changes.changed().await.is_err() {
                return Err(std::io::ErrorKind::ConnectionReset.into());
            }
        }
    });
    reply::stream("application/json", body)
}

/// The exit code of a container that does not run; with `next_exit`, of a later run than
/// `run_epoch` only. 0 where it is gone.
fn end_code(world: &World, index: u32, next_exit: bool, run_epoch: u32) -> Option<i64> {
    let Some(container) = world.get(index) else {
        return Some(0);
    };
    let ended = matches!(
        container.state,
        SimState::Exited | SimState::Created | SimState::Dead
    );
    (ended && (!next_exit || container.run_epoch != run_epoch)).then_some(container.exit_code)
}

/// The rows of `docker top`.
fn processes(container: &Container) -> Vec<[String; 8]> {
    let pid = 2_000 + container.seed % 60_000;
    let command = container.spec.command.join(" ");
    let rows = (0..u64::from(container.spec.load.pids.clamp(1, 8))).map(|n| {
        let parent = if n == 0 { pid - 21 } else { pid };
        [
            "root",
            &(pid + n).to_string(),
            &parent.to_string(),
            "0",
            "00:00",
            "?",
            "00:00:01",
            &command,
        ]
        .map(str::to_owned)
    });
    rows.collect()
}
