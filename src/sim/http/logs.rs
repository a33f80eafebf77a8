//! `GET /containers/{id}/logs`.

use std::time::Duration;

use axum::body::Bytes;
use axum::response::Response;
use futures_util::stream;
use tokio::sync::watch;

use super::super::clock::{Nanos, SECOND};
use super::super::control::Control;
use super::super::frame::FrameWriter;
use super::super::log::Cursor;
use super::super::schema::SimState;
use super::{Params, reply};

/// Lines written in one piece.
const PIECE: usize = 4096;

struct Reader {
    control: Control,
    index: u32,
    cursor: Cursor,
    until: Nanos,
    follow: bool,
    writer: FrameWriter,
    changes: watch::Receiver<u64>,
}

/// What a look at the log found.
struct Found {
    more: bool,
    /// Nothing will come any more.
    over: bool,
    next: Nanos,
}

pub(super) fn container(control: &Control, key: &str, params: &Params) -> Response {
    let (stdout, stderr) = (params.is("stdout"), params.is("stderr"));
    if !stdout && !stderr {
        return reply::message(400, "Bad parameters: you must choose at least one stream");
    }
    let (since, until) = match (params.instant("since"), params.instant("until")) {
        (Ok(since), Ok(until)) => (since.unwrap_or(0), until.unwrap_or(Nanos::MAX)),
        (Err(refusal), _) | (_, Err(refusal)) => return reply::refused(&refusal),
    };
    // Anything that is no number is "all", as in the engine.
    let tail = params.get("tail").and_then(|tail| tail.parse().ok());
    let changes = control.changes();
    let opened = control.look(|world, now| {
        let index = world.index(key)?;
        let container = world.get(index);
        let cursor = container.map_or_else(Cursor::default, |it| {
            it.open_log(tail, since, now.min(until))
        });
        Ok((index, container.is_some_and(|it| it.spec.tty), cursor))
    });
    let (index, tty, cursor) = match opened {
        Ok(opened) => opened,
        Err(refusal) => return reply::refused(&refusal),
    };
    let writer = FrameWriter::new(tty, params.is("timestamps"), stdout, stderr);
    let follow = params.is("follow");
    let reader = Reader {
        control: control.clone(),
        index,
        cursor,
        until,
        follow,
        writer,
        changes,
    };
    let kind = if tty {
        "application/vnd.docker.raw-stream"
    } else {
        "application/vnd.docker.multiplexed-stream"
    };
    reply::stream(kind, stream::unfold(Some(reader), next_piece))
}

/// The next piece; waits for one while it follows.
async fn next_piece(
    reader: Option<Reader>,
) -> Option<(Result<Bytes, std::io::Error>, Option<Reader>)> {
    let mut reader = reader?;
    loop {
        reader.changes.mark_unchanged();
        let found = reader.read();
        let over = !found.more && (found.over || !reader.follow);
        if !reader.writer.is_empty() {
            let piece = reader.writer.take();
            return Some((Ok(piece), (!over).then_some(reader)));
        }
        if over {
            return None;
        }
        if !found.more {
            let wait = Duration::from_nanos(found.next.max(SECOND / 1000).unsigned_abs());
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                changed = reader.changes.changed() => changed.ok()?,
            }
        }
    }
}

impl Reader {
    fn read(&mut self) -> Found {
        let Self {
            control,
            index,
            cursor,
            until,
            writer,
            ..
        } = self;
        control.look(|world, now| {
            let Some(container) = world.get(*index) else {
                return Found {
                    more: false,
                    over: true,
                    next: 0,
                };
            };
            let more = container.read_log(cursor, now.saturating_add(1).min(*until), PIECE, writer);
            let ended = !container.state.is_up() && container.state != SimState::Restarting;
            let next = container
                .next_line_in(*cursor, now)
                .min((*until - now).max(0));
            Found {
                more,
                over: ended || now >= *until,
                next,
            }
        })
    }
}
