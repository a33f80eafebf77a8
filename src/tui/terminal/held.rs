//! What of the terminal is ours now.

use std::sync::atomic::{AtomicBool, Ordering};

/// What of the terminal is ours now; shared with the panic hook, so that it is given back once.
#[derive(Debug, Default)]
pub struct HeldModes {
    modes: AtomicBool,
    title: AtomicBool,
}

/// What has to be given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Released {
    /// Whether the title is one of ours.
    pub title: bool,
}

impl HeldModes {
    /// The modes of the terminal are ours.
    pub fn take_modes(&self) {
        self.modes.store(true, Ordering::SeqCst);
    }

    /// Whether the terminal is ours.
    pub fn has_modes(&self) -> bool {
        self.modes.load(Ordering::SeqCst)
    }

    /// The title is ours, or not any more; whether it was before.
    pub fn set_title(&self, ours: bool) -> bool {
        self.title.swap(ours, Ordering::SeqCst)
    }

    /// Nothing is ours any more; what was, `None` where that is nothing.
    pub fn release(&self) -> Option<Released> {
        let modes = self.modes.swap(false, Ordering::SeqCst);
        modes.then(|| Released {
            title: self.set_title(false),
        })
    }
}
