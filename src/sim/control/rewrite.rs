//! Odd answers: what a broken engine, or a proxy before it, may give.

use std::sync::{Arc, PoisonError};

use axum::body::Bytes;

use super::{Control, matches};
use crate::sim::event::Event;

/// Gives the text that is sent in place of an answer.
pub(in crate::sim) type Rewrite = Arc<dyn Fn(&str) -> String + Send + Sync>;

impl Control {
    /// Replaces the text of the answer to every path that starts so, as in [`Control::forbid`].
    /// Streams are left as they are.
    pub fn rewrite(
        &self,
        path_prefix: &str,
        rewrite: impl Fn(&str) -> String + Send + Sync + 'static,
    ) {
        let mut gate = self
            .shared
            .gate
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        gate.rewrites
            .push((path_prefix.trim_matches('/').to_owned(), Arc::new(rewrite)));
    }

    /// Takes back every [`Control::rewrite`].
    pub fn clear_rewrites(&self) {
        self.shared
            .gate
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .rewrites
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

    /// The replacement for the answer to a path.
    pub(in crate::sim) fn rewrite_of(&self, segments: &[String]) -> Option<Rewrite> {
        let gate = self
            .shared
            .gate
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        gate.rewrites
            .iter()
            .find(|(rule, _)| matches(rule, segments))
            .map(|(_, rewrite)| Arc::clone(rewrite))
    }
}
