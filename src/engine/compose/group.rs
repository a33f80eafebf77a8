//! A program with everything that it started: its process group.

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::Child;

/// The processes of one program. They are interrupted when it is dropped before its end, as nobody
/// waits for them any more.
pub(super) struct ProcessGroup {
    /// The program leads it; `None` once it is left alone, or where the program ended at once.
    leader: Option<Pid>,
}

impl ProcessGroup {
    /// The group that `child` leads.
    pub fn of(child: &Child) -> Self {
        let number = child.id().and_then(|id| i32::try_from(id).ok());
        Self {
            leader: number.and_then(Pid::from_raw),
        }
    }

    /// Asks them to end, as Ctrl-C in a terminal does.
    pub fn interrupt(&self) {
        self.send(Signal::INT);
    }

    /// Ends them.
    pub fn kill(&self) {
        self.send(Signal::KILL);
    }

    /// Leaves alone what is left of it.
    pub const fn leave(&mut self) {
        self.leader = None;
    }

    fn send(&self, signal: Signal) {
        if let Some(leader) = self.leader {
            // Where nobody is left, there is nothing to end.
            let _ = kill_process_group(leader, signal);
        }
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        self.interrupt();
    }
}
