//! A panic never leaves the terminal broken, nor writes over the screen.

use std::panic::{self, PanicHookInfo};
use std::sync::Arc;
use std::thread;

use crate::tui::terminal::held::HeldModes;
use crate::tui::terminal::output::TerminalLine;

type Hook = Arc<dyn Fn(&PanicHookInfo<'_>) + Send + Sync>;

/// While it lives, a panic of the frame loop's thread gives the terminal back before it is
/// reported; a panic of any other thread goes to the hubdeck log and leaves the screen alone.
pub struct PanicHook {
    previous: Hook,
}

impl PanicHook {
    /// Installs the hook; `held` is what of the terminal is ours, `line` leads to it.
    pub fn install(held: Arc<HeldModes>, line: Arc<TerminalLine>) -> Self {
        let previous: Hook = Arc::from(panic::take_hook());
        let report = Arc::clone(&previous);
        let frame_loop = thread::current().id();
        panic::set_hook(Box::new(move |info| {
            if thread::current().id() == frame_loop {
                let released = held.release();
                if released.is_some_and(|released| !super::restore(&line, released)) {
                    // Reporting to a terminal that nobody reads would wait for ever.
                    tracing::error!("the console panicked: {info}");
                    return;
                }
                report(info);
            } else if held.has_modes() {
                tracing::error!("a task panicked: {info}");
            } else {
                report(info);
            }
        }));
        Self { previous }
    }
}

impl Drop for PanicHook {
    fn drop(&mut self) {
        if thread::panicking() {
            return; // the standard library refuses to change hooks now
        }
        let previous = Arc::clone(&self.previous);
        panic::set_hook(Box::new(move |info| previous(info)));
    }
}
