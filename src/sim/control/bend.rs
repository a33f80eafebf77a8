//! Odd answers: what a broken engine, or a proxy before it, may give.

use std::sync::{Arc, PoisonError};

use axum::body::Bytes;

use super::{Control, matches};
use crate::sim::event::Event;

/// Makes another text of an answer.
pub(in crate::sim) type Bend = Arc<dyn Fn(&str) -> String + Send + Sync>;

impl Control {
    /// Makes another text of the answer to every path that starts so, as in [`Control::forbid`].
    /// Streams are left as they are.
    pub fn bend(&self, path_prefix: &str, bend: impl Fn(&str) -> String + Send + Sync + 'static) {
        let mut gate = self
            .shared
            .gate
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        gate.bent
            .push((path_prefix.trim_matches('/').to_owned(), Arc::new(bend)));
    }

    /// Takes back every [`Control::bend`].
    pub fn unbend(&self) {
        self.shared
            .gate
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .bent
            .clear();
    }

    /// Sends one line to everybody who follows the events; it may be anything.
    pub fn event_line(&self, line: &str) {
        let line = Bytes::from(format!("{line}\n"));
        self.change(|world, now| world.events.emit(Event::raw(now, line)));
    }

    /// Swallows events from now on, or no longer; the streams stay open.
    pub fn mute_events(&self, muted: bool) {
        self.change(|world, _| world.events.mute(muted));
    }

    /// What is made of the answer to a path.
    pub(in crate::sim) fn bend_of(&self, segments: &[String]) -> Option<Bend> {
        let gate = self
            .shared
            .gate
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        gate.bent
            .iter()
            .find(|(rule, _)| matches(rule, segments))
            .map(|(_, bend)| Arc::clone(bend))
    }
}
