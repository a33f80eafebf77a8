//! `POST /containers/{id}/exec`, `POST /exec/{id}/start`, `GET /exec/{id}/json`.

use std::time::Duration;

use axum::body::Bytes;
use axum::response::Response;
use futures_util::stream;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::clock::Nanos;
use super::super::command::Command;
use super::super::control::Control;
use super::super::frame::frame;
use super::reply;

/// Bytes of output written in one frame.
const PIECE: usize = 16 << 10;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Wish {
    cmd: Vec<String>,
}

pub(super) fn make(control: &Control, key: &str, body: &[u8]) -> Response {
    // A body that cannot be read names no command.
    let wish: Wish = serde_json::from_slice(body).unwrap_or_default();
    let made = control.change(|world, _| {
        let index = world.index(key)?;
        world.make_command(index, wish.cmd)
    });
    match made {
        Ok(id) => reply::created(&json!({ "Id": id.to_string() })),
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
            "tty": false,
            "entrypoint": command.words.first(),
            "arguments": command.words.get(1..).unwrap_or_default(),
            "privileged": false,
        },
        "OpenStdin": false,
        "OpenStdout": true,
        "OpenStderr": true,
    })
}
