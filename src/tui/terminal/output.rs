//! The way to the terminal that never waits for it.
//!
//! A thread of its own writes, because a terminal that nobody reads (a stalled SSH session, a
//! multiplexer that has stopped) lets a write wait for ever, and nothing else may wait with it:
//! signals, operations, the end. The terminal is not made non-blocking instead, since the shell
//! shares that mode.

#![allow(
    clippy::disallowed_types,
    reason = "the loop, a plain thread and a panic must be able to wait for one another"
)]

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags};
use rustix::termios::{OptionalActions, QueueSelector, tcflush, tcgetattr, tcsetattr};
use tokio::sync::Notify;

/// From here on a terminal that takes nothing has stalled.
const STALLED: Duration = Duration::from_secs(1);

/// Where bytes for the terminal are left; [`Write::flush`] hands them over and returns at once.
pub struct Output {
    line: Arc<TerminalLine>,
    /// Bytes that were not handed over yet.
    own: Vec<u8>,
}

/// What the thread that writes shares with everybody else.
#[derive(Default)]
pub struct TerminalLine {
    state: Mutex<State>,
    /// Notified when `State` changes.
    changed: Condvar,
    /// Notified when everything was written, or writing failed.
    idle: Notify,
}

#[derive(Default)]
struct State {
    waiting: Vec<u8>,
    /// Since when the terminal has not taken everything; `None` while it has.
    busy: Option<Instant>,
    /// Whether it stalled since somebody last asked.
    stalled: bool,
    failed: Option<io::ErrorKind>,
    closed: bool,
}

impl Output {
    /// A way to the terminal on standard output.
    ///
    /// # Errors
    /// When the system gives no descriptor or no thread.
    pub fn open() -> io::Result<Self> {
        Self::to(File::from(io::stdout().as_fd().try_clone_to_owned()?))
    }

    fn to(terminal: File) -> io::Result<Self> {
        let line = Arc::new(TerminalLine::default());
        let thread = Arc::clone(&line);
        // Never joined: it may stay in a write until the process ends.
        thread::Builder::new()
            .name("output".to_owned())
            .spawn(move || thread.write_to(&terminal))?;
        Ok(Self {
            line,
            own: Vec::new(),
        })
    }

    /// The line itself, for a panic that must give the terminal back.
    pub fn line(&self) -> Arc<TerminalLine> {
        Arc::clone(&self.line)
    }

    /// Whether the terminal has taken everything, or never will.
    pub fn is_idle(&self) -> bool {
        self.line.state().busy.is_none()
    }

    /// Waits until the terminal has taken everything, or never will.
    pub async fn idle(&self) {
        loop {
            let idle = self.line.idle.notified();
            if self.is_idle() {
                return;
            }
            idle.await;
        }
    }

    /// Whether the terminal took nothing for a while since this was last asked.
    pub fn take_stalled(&self) -> bool {
        std::mem::take(&mut self.line.state().stalled)
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.own.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    /// Hands over everything.
    ///
    /// # Errors
    /// When an earlier write failed.
    fn flush(&mut self) -> io::Result<()> {
        let bytes = std::mem::take(&mut self.own);
        self.line.hand_over(&bytes)
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        self.line.state().closed = true;
        self.line.changed.notify_all();
    }
}

impl TerminalLine {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hand_over(&self, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.state();
        if let Some(kind) = state.failed {
            return Err(kind.into());
        }
        if !bytes.is_empty() {
            state.waiting.extend_from_slice(bytes);
            state.busy.get_or_insert_with(Instant::now);
            self.changed.notify_all();
        }
        Ok(())
    }

    /// Writes `bytes` behind what waits, for at most `patience`; returns whether everything was
    /// written.
    pub fn finish(&self, bytes: &[u8], patience: Duration) -> bool {
        if self.hand_over(bytes).is_err() {
            return false;
        }
        let busy = |state: &mut State| state.busy.is_some();
        let waited = self
            .changed
            .wait_timeout_while(self.state(), patience, busy);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.busy.is_none() && state.failed.is_none()
    }

    /// Throws away what the terminal was sent and did not read, to make room for what waits.
    pub fn discard_unread(&self) {
        let terminal = io::stdout();
        let discarded = tcflush(&terminal, QueueSelector::OFlush)
            .and_then(|()| tcgetattr(&terminal))
            // Linux does not wake a write that waits for room when there is some, but every change
            // of the modes does.
            .and_then(|modes| tcsetattr(&terminal, OptionalActions::Now, &modes));
        if let Err(error) = discarded {
            tracing::debug!("cannot discard what the terminal did not read: {error}");
        }
    }

    fn write_to(&self, terminal: &File) {
        loop {
            let nothing = |state: &mut State| state.waiting.is_empty() && !state.closed;
            let waited = self.changed.wait_while(self.state(), nothing);
            let bytes = std::mem::take(&mut waited.unwrap_or_else(PoisonError::into_inner).waiting);
            if bytes.is_empty() {
                return;
            }
            let written = write_all(terminal, &bytes);
            let mut state = self.state();
            if let Err(error) = &written {
                state.failed = Some(error.kind());
                state.waiting.clear();
            }
            if state.waiting.is_empty() {
                let since = state.busy.take();
                state.stalled |= since.is_some_and(|since| since.elapsed() > STALLED);
                self.changed.notify_all();
                self.idle.notify_waiters();
            }
            if written.is_err() {
                return;
            }
        }
    }
}

/// Writes everything, also to a terminal that some other program has made non-blocking.
fn write_all(mut terminal: &File, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match terminal.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                let mut fds = [PollFd::new(&terminal, PollFlags::OUT)];
                match rustix::event::poll(&mut fds, None) {
                    Ok(_) | Err(rustix::io::Errno::INTR) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
