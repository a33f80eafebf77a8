//! Signals that concern the terminal.

use std::io;

use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

/// A signal that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// The program shall end.
    End(i32),
    /// The terminal has another size.
    Resized,
    /// The process goes on after a stop.
    Continued,
}

/// Listens to SIGTERM, SIGHUP, SIGINT, SIGWINCH and SIGCONT.
pub struct Signals {
    terminate: Stream,
    hangup: Stream,
    interrupt: Stream,
    resized: Stream,
    continued: Stream,
}

impl Signals {
    /// Starts listening.
    ///
    /// # Errors
    /// When the system refuses a handler.
    pub fn listen() -> io::Result<Self> {
        let continued = SignalKind::from_raw(rustix::process::Signal::CONT.as_raw());
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            resized: signal(SignalKind::window_change())?,
            continued: signal(continued)?,
        })
    }

    /// Waits for the next signal.
    pub async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.terminate.recv() => Signal::End(SignalKind::terminate().as_raw_value()),
            _ = self.hangup.recv() => Signal::End(SignalKind::hangup().as_raw_value()),
            _ = self.interrupt.recv() => Signal::End(SignalKind::interrupt().as_raw_value()),
            _ = self.resized.recv() => Signal::Resized,
            _ = self.continued.recv() => Signal::Continued,
        }
    }

    /// Waits for a signal that ends the program while another one has the terminal. SIGINT is from
    /// the keys of that one.
    pub async fn end_beside_another(&mut self) -> i32 {
        let kind = tokio::select! {
            _ = self.terminate.recv() => SignalKind::terminate(),
            _ = self.hangup.recv() => SignalKind::hangup(),
        };
        kind.as_raw_value()
    }

    /// Waits until the process goes on after a stop.
    pub async fn continued(&mut self) {
        self.continued.recv().await;
    }
}
