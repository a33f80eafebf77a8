//! `GET /events`.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::response::Response;
use futures_util::stream;
use tokio::sync::broadcast::{self, error::RecvError};

use super::super::clock::Nanos;
use super::super::control::Control;
use super::super::event::Event;
use super::filters::EventFilter;
use super::{Params, reply};

struct Listener {
    control: Control,
    past: VecDeque<Arc<Event>>,
    live: broadcast::Receiver<Arc<Event>>,
    filter: EventFilter,
    until: Option<Nanos>,
}

pub(super) fn stream(control: &Control, params: &Params) -> Response {
    let filter = match EventFilter::parse(params) {
        Ok(filter) => filter,
        Err(refusal) => return reply::refused(&refusal),
    };
    let (since, until) = match (params.instant("since"), params.instant("until")) {
        (Ok(since), Ok(until)) => (since, until),
        (Err(refusal), _) | (_, Err(refusal)) => return reply::refused(&refusal),
    };
    // With an end and no beginning the engine reports what it keeps, too.
    let since = since.or(until.map(|_| 0));
    let (past, live) = control.look(|world, _| world.events.follow(since));
    let listener = Listener {
        control: control.clone(),
        past: past.into(),
        live,
        filter,
        until,
    };
    reply::stream("application/json", stream::unfold(listener, next))
}

async fn next(mut listener: Listener) -> Option<(Result<Bytes, std::io::Error>, Listener)> {
    loop {
        let event = match listener.past.pop_front() {
            Some(event) => event,
            None => listener.wait().await?,
        };
        if listener.until.is_some_and(|until| event.at > until) {
            return None;
        }
        if event.is_raw() || listener.filter.fits(&event) {
            return Some((Ok(event.line.clone()), listener));
        }
    }
}

impl Listener {
    /// The next live event; `None` when the time is over.
    async fn wait(&mut self) -> Option<Arc<Event>> {
        loop {
            let left = self
                .until
                .map(|until| (until - self.control.now()).max(0).unsigned_abs());
            let end = async {
                match left {
                    Some(left) => tokio::time::sleep(Duration::from_nanos(left)).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = end => return None,
                received = self.live.recv() => match received {
                    Ok(event) => return Some(event),
                    // A listener too slow for the engine misses events there as well.
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return None,
                },
            }
        }
    }
}
