//! Standard output, which may be slow, or closed by its reader.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tokio::sync::{mpsc, watch};

use crate::cli::logs::{self, LogsRequest, Tail};
use crate::cli::{Charset, CommandError, ExitStatus};
use crate::model::{LogBatch, ServiceId, Snapshot};

/// Time between two looks at whether standard output is still read.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// What a log is read from.
pub(super) struct ChannelTail {
    pub batches: mpsc::Receiver<LogBatch>,
    pub snapshots: watch::Receiver<Arc<Snapshot>>,
}

impl Tail for ChannelTail {
    fn waiting(&mut self) -> Option<LogBatch> {
        self.batches.try_recv().ok()
    }

    fn next(&mut self) -> Option<LogBatch> {
        self.batches.blocking_recv()
    }

    fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshots.borrow().clone()
    }
}

/// Writes what `tail` gives on a thread of its own: a slow reader holds nothing else up.
pub(super) async fn print(
    tail: ChannelTail,
    services: Vec<ServiceId>,
    request: Arc<LogsRequest>,
    charset: Charset,
) -> Result<ExitStatus, CommandError> {
    let printing = tokio::task::spawn_blocking(move || {
        // Locked for each line only: notices are written there meanwhile.
        let mut errors = io::stderr();
        let mut out = io::stdout().lock();
        logs::print(tail, &services, &request, charset, &mut out, &mut errors)
    });
    match printing.await {
        Ok(printed) => printed,
        Err(failed) => Err(CommandError::Output(io::Error::other(failed))),
    }
}

/// Returns once nobody reads standard output any more, also where nothing is written to it.
pub(super) async fn reader_is_gone() {
    let mut look = tokio::time::interval(LOOK_EVERY);
    loop {
        look.tick().await;
        let out = io::stdout();
        let mut waiting = [PollFd::new(&out, PollFlags::empty())];
        let asked = poll(&mut waiting, Some(&Timespec::default()));
        let [out] = waiting;
        if asked.is_ok() && out.revents().intersects(PollFlags::ERR | PollFlags::HUP) {
            return;
        }
    }
}
