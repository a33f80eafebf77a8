//! `POST /containers/{id}/exec`, `POST /exec/{id}/start`, `GET /exec/{id}/json`.

use std::time::Duration;

use axum::body::Bytes;
use axum::response::Response;
use futures_util::stream;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;

use super::super::clock::Nanos;
use super::super::command::Command;
use super::super::control::Control;
use super::super::frame::frame;
use super::super::shell;
use super::{Params, reply};

/// Bytes of output written in one frame.
const PIECE: usize = 16 << 10;
/// The exit code of what a stopped container takes along.
const KILLED: i64 = 137;
/// How often it is looked whether a container still runs.
const LOOK: Duration = Duration::from_millis(20);

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Wish {
    cmd: Vec<String>,
    tty: bool,
    /// Rows and columns of its terminal.
    console_size: Option<(u16, u16)>,
}

pub(super) fn make(control: &Control, key: &str, body: &[u8]) -> Response {
    // A body that cannot be read names no command.
    let wish: Wish = serde_json::from_slice(body).unwrap_or_default();
    let made = control.change(|world, _| {
        let index = world.index(key)?;
        let id = world.make_command(index, (wish.cmd, wish.tty))?;
        if let Some(size) = wish.console_size {
            world.commands.resize(&id.to_string(), size)?;
        }
        Ok(id)
    });
    match made {
        Ok(id) => reply::created(&json!({ "Id": id.to_string() })),
        Err(refusal) => reply::refused(&refusal),
    }
}

/// The same over the connection itself, which an answer that switches protocols makes over: there
/// is input, too.
pub(super) fn start_hijacked(control: &Control, id: &str, upgrade: OnUpgrade) -> Response {
    let command = match control.change(|world, now| world.commands.start(id, now)) {
        Ok(command) => command,
        Err(refusal) => return reply::refused(&refusal),
    };
    let (control, id) = (control.clone(), id.to_owned());
    tokio::spawn(async move {
        let Ok(upgraded) = upgrade.await else {
            return;
        };
        let mut wire = TokioIo::new(upgraded);
        if let Err(error) = attended(&control, &id, &command, &mut wire).await {
            tracing::debug!("a command in a simulated container was left: {error}");
        }
    });
    reply::switched()
}

/// Serves a command to its end, or to that of its container.
async fn attended(
    control: &Control,
    id: &str,
    command: &Command,
    wire: &mut TokioIo<Upgraded>,
) -> std::io::Result<()> {
    if command.spec.shell && command.tty {
        let size = || control.look(|world, _| world.commands.get(id).map_or((0, 0), |it| it.size));
        let code = tokio::select! {
            code = shell::serve(wire, size) => code?,
            () = ended(control, command.container) => KILLED,
        };
        control.change(|world, _| world.commands.end(id, code));
    } else {
        for piece in command.output().chunks(PIECE) {
            let framed = frame(command.spec.stderr, piece);
            let bytes = if command.tty { piece } else { &framed };
            wire.write_all(bytes).await?;
        }
        wire.flush().await?;
        tokio::select! {
            () = wait(command.spec.lasts) => {}
            () = ended(control, command.container) => {}
        }
    }
    wire.shutdown().await
}

/// Returns once the container does not run.
async fn ended(control: &Control, container: u32) {
    let is_up = |control: &Control| {
        control.look(|world, _| world.get(container).is_some_and(|it| it.state.is_up()))
    };
    while is_up(control) {
        tokio::time::sleep(LOOK).await;
    }
}

/// Gives its terminal another size.
pub(super) fn resize(control: &Control, id: &str, params: &Params) -> Response {
    let cells = |key: &str| params.get(key).and_then(|text| text.parse().ok());
    let size = (cells("h").unwrap_or(0), cells("w").unwrap_or(0));
    match control.change(|world, _| world.commands.resize(id, size)) {
        Ok(()) => reply::json(&json!({})),
        Err(refusal) => reply::refused(&refusal),
    }
}

/// The output as multiplexed frames; it ends with the command.
pub(super) fn start(control: &Control, id: &str) -> Response {
    let command = match control.change(|world, now| world.commands.start(id, now)) {
        Ok(command) => command,
        Err(refusal) => return reply::refused(&refusal),
    };
    let output = Bytes::from(command.output());
    let pieces = stream::unfold((output, command), |(mut output, command)| async move {
        if output.is_empty() {
            wait(command.spec.lasts).await;
            return None;
        }
        let piece = output.split_to(output.len().min(PIECE));
        Some((
            Ok(Bytes::from(frame(command.spec.stderr, &piece))),
            (output, command),
        ))
    });
    reply::stream("application/vnd.docker.raw-stream", pieces)
}

async fn wait(seconds: f64) {
    match Duration::try_from_secs_f64(seconds) {
        Ok(duration) => tokio::time::sleep(duration).await,
        Err(_endless) => std::future::pending().await,
    }
}

pub(super) fn inspect(control: &Control, id: &str) -> Response {
    let found =
        control.look(|world, now| world.commands.get(id).map(|command| document(command, now)));
    match found {
        Ok(document) => reply::json(&document),
        Err(refusal) => reply::refused(&refusal),
    }
}

fn document(command: &Command, now: Nanos) -> Value {
    json!({
        "ID": command.id.to_string(),
        "Running": command.is_running(now),
        "ExitCode": command.exit_code(now),
        "ProcessConfig": {
            "tty": command.tty,
            "entrypoint": command.words.first(),
            "arguments": command.words.get(1..).unwrap_or_default(),
            "privileged": false,
        },
        "OpenStdin": false,
        "OpenStdout": true,
        "OpenStderr": true,
    })
}
