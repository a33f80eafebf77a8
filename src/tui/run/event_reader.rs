//! Keys, clicks and pasted text from the terminal, read by a thread of their own.
//!
//! A plain thread instead of crossterm's event stream, because crossterm reads for ever, at full
//! speed, from a terminal that is gone; here the hang-up is seen before crossterm reads.

use std::fs::File;
use std::io::{self, IsTerminal, PipeReader, PipeWriter, stdin};
use std::os::fd::{AsFd, BorrowedFd};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crossterm::event::Event;
use rustix::event::{PollFd, PollFlags};
use tokio::sync::mpsc;

/// Events that wait while a frame is drawn; a person cannot type that fast, a paste is one event.
const QUEUE: usize = 256;

/// Bytes read at a time for another program.
const PIECE: usize = 4096;

/// How long crossterm looks for more input. It does not look at all in no time, and of its two
/// readers only the one of `use-dev-tty` finds again what came together with a change of size.
const ENOUGH: Duration = Duration::from_millis(1);

/// Reads the terminal until it is dropped or the terminal is gone.
pub struct TerminalReader<T> {
    /// What was read; closed when the terminal is gone.
    pub events: mpsc::Receiver<T>,
    /// Closing it wakes the thread.
    wake: Option<PipeWriter>,
    thread: Option<JoinHandle<()>>,
}

/// Reads events, with the moment each was read.
pub type EventReader = TerminalReader<(Instant, Event)>;

impl EventReader {
    /// Starts reading.
    ///
    /// # Errors
    /// When there is neither a terminal on standard input nor a controlling one.
    pub fn open() -> io::Result<Self> {
        Self::start(|_, events| send_all(events))
    }
}

impl TerminalReader<Vec<u8>> {
    /// Starts reading bytes as they are typed, for another program.
    ///
    /// # Errors
    /// When there is neither a terminal on standard input nor a controlling one.
    pub fn open_raw() -> io::Result<Self> {
        Self::start(send_bytes)
    }
}

impl<T: Send + 'static> TerminalReader<T> {
    /// Starts a thread that calls `send` when there is something to read, until that returns
    /// `false`.
    fn start(
        mut send: impl FnMut(BorrowedFd<'_>, &mpsc::Sender<T>) -> bool + Send + 'static,
    ) -> io::Result<Self> {
        // The same choice as crossterm makes.
        let tty = if stdin().is_terminal() {
            None
        } else {
            Some(File::open("/dev/tty")?)
        };
        let (sender, events) = mpsc::channel(QUEUE);
        let (woken, wake) = io::pipe()?;
        let thread = thread::Builder::new()
            .name("input".to_owned())
            .spawn(move || read(tty.as_ref(), &woken, |terminal| send(terminal, &sender)))?;
        Ok(Self {
            events,
            wake: Some(wake),
            thread: Some(thread),
        })
    }
}

impl<T> TerminalReader<T> {
    /// Stops reading, so that another program can: no key that is typed from now on is taken.
    pub fn close(&mut self) {
        self.wake = None;
        self.events.close();
        // It looks at the terminal only when something is typed, and ends when it is woken.
        let ended = self.thread.take().map(JoinHandle::join);
        if let Some(Err(_panic)) = ended {
            tracing::error!("reading the terminal ended on a bug");
        }
    }
}

impl<T> Drop for TerminalReader<T> {
    fn drop(&mut self) {
        self.wake = None;
        self.events.close();
        if let Some(thread) = self.thread.take()
            && thread.is_finished()
        {
            // The thread returns nothing; one that still blocks ends with the process.
            let _ = thread.join();
        }
    }
}

fn read(tty: Option<&File>, woken: &PipeReader, mut send: impl FnMut(BorrowedFd<'_>) -> bool) {
    let stdin = stdin();
    let terminal: BorrowedFd<'_> = tty.map_or_else(|| stdin.as_fd(), AsFd::as_fd);
    loop {
        match wait(terminal, woken) {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                tracing::error!("reading the terminal ended: {error}");
                return;
            }
        }
        if !send(terminal) {
            return;
        }
    }
}

/// Sends the bytes that there are. Whether more may come.
fn send_bytes(terminal: BorrowedFd<'_>, bytes: &mpsc::Sender<Vec<u8>>) -> bool {
    let mut piece = vec![0; PIECE];
    match rustix::io::read(terminal, &mut piece) {
        Ok(0) => false,
        Ok(count) => {
            piece.truncate(count);
            bytes.blocking_send(piece).is_ok()
        }
        Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => true,
        Err(error) => {
            tracing::error!("reading the terminal ended: {error}");
            false
        }
    }
}

/// Sends the events that there are. Whether more may come.
fn send_all(events: &mpsc::Sender<(Instant, Event)>) -> bool {
    loop {
        match crossterm::event::poll(ENOUGH) {
            Ok(true) => {}
            Ok(false) => return true,
            Err(error) => {
                tracing::error!("reading the terminal ended: {error}");
                return false;
            }
        }
        let Ok(event) = crossterm::event::read() else {
            return false;
        };
        if events.blocking_send((Instant::now(), event)).is_err() {
            return false;
        }
    }
}

/// Waits for input; `false` when the terminal is gone or nobody listens any more.
fn wait(terminal: BorrowedFd<'_>, woken: &PipeReader) -> io::Result<bool> {
    let mut fds = [
        PollFd::new(&terminal, PollFlags::IN),
        PollFd::new(woken, PollFlags::IN),
    ];
    loop {
        match rustix::event::poll(&mut fds, None) {
            Ok(_) => break,
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let gone = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
    Ok(fds[1].revents().is_empty() && !fds[0].revents().intersects(gone))
}
