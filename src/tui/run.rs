//! The frame loop: waits for keys, snapshots, log lines, signals; draws when something visible
//! changed.
//! Knows: everything of the terminal, and the trait `Operations`.
//! Never: changes the screen state by itself; `update` does.

mod background;
mod context;
mod difference;
mod effects;
mod event_reader;
mod export;
mod frame_scheduler;
mod keeper;
mod lending;
mod notifier;
mod options;
mod own_command;
mod pager;
mod program;
mod questions;
mod resolved;
mod session;
mod shell;
mod shell_opening;
mod signals;
mod tails;

use std::io;
use std::time::{Duration, Instant};

use tokio::time::sleep_until;

use crate::model::{LogBatch, Timestamp};
use crate::operate::ExecSession;
use crate::tui::terminal::{Terminal, TerminalError};

use background::TaskResult;
use event_reader::EventReader;
use frame_scheduler::FrameScheduler;
use lending::lend;
use own_command::RecordedCommand;
use session::ConsoleSession;
use signals::{Signal, Signals};

pub use context::{ConsoleContext, Exit, TuiError};
pub use keeper::has_kept_columns;

/// Why the loop woke.
enum Wake {
    Signal(Signal),
    /// An event with the moment it was read; `None` when the terminal is gone.
    Input(Option<(Instant, crossterm::event::Event)>),
    /// A frame or a tick is due.
    Due,
    /// A new snapshot; `false` when there will be none any more.
    Snapshot(bool),
    Options,
    Logs(LogBatch),
    Done(TaskResult),
}

/// What the loop does next.
enum Next {
    /// Goes on.
    Continue,
    /// Goes on, and draws at once.
    DrawNow,
    /// Goes on, and draws soon.
    DrawSoon,
    /// Goes on, and draws when the budget of bytes allows: only measurements changed.
    DrawMeasured,
    /// Stops to the shell.
    Suspend,
    /// Gives the terminal to another program, and takes it again.
    Lend(Borrower),
    /// Ends.
    Exit(Exit),
}

/// What has the terminal for a while.
enum Borrower {
    /// A pager that shows this text.
    Pager(String),
    /// A command in the container of this name.
    Shell(String, ExecSession),
    /// A command of the operator's own.
    Command(Box<RecordedCommand>),
}

/// Runs the console until the operator leaves, a signal asks for the end, or the terminal is gone.
///
/// # Errors
/// When theme, keymap or columns are wrong, the terminal cannot be taken, or snapshots end.
pub async fn run(context: ConsoleContext) -> Result<Exit, TuiError> {
    let mut session = ConsoleSession::new(context)?;
    let mut terminal = Terminal::open(session.ui.terminal.mouse)?;
    let (mut reader, mut signals) = listen()?;
    let mut scheduler = FrameScheduler::new();
    session.log_opening();
    if let Some(exit) = session.settle(&mut terminal) {
        return Ok(exit);
    }
    draw(&mut session, &mut terminal, &mut scheduler).map_err(|source| TerminalError {
        action: "draw on the terminal",
        source,
    })?;
    loop {
        let wake = wait(
            &mut session,
            &mut reader,
            &mut signals,
            &mut terminal,
            &scheduler,
        )
        .await;
        check(&mut session, &wake)?;
        let next = handle(&mut session, &mut reader, &mut terminal, wake);
        session.notify(&mut terminal, Timestamp::now());
        match next {
            Next::Continue => {}
            Next::DrawNow => scheduler.now(),
            Next::DrawSoon => scheduler.soon(),
            Next::DrawMeasured => scheduler.measured(),
            Next::Exit(exit) => return Ok(session.finish(exit).await),
            Next::Suspend => {
                suspend(&mut terminal, &mut signals).await?;
                scheduler.now();
            }
            Next::Lend(borrower) => {
                let lent = lend(
                    &mut session,
                    &mut reader,
                    &mut signals,
                    &mut terminal,
                    borrower,
                );
                if let Some(signal) = lent.await? {
                    return Ok(session.finish(Exit::Signal(signal)).await);
                }
                scheduler.now();
            }
        }
        if scheduler.is_due()
            && terminal.is_idle()
            && let Err(error) = draw(&mut session, &mut terminal, &mut scheduler)
        {
            // Nobody reads any more: the terminal is gone.
            tracing::info!("the terminal is gone: {error}");
            return Ok(Exit::Quit);
        }
    }
}

/// Starts to read the terminal, and to listen to signals.
fn listen() -> Result<(EventReader, Signals), TerminalError> {
    let failed = |action| move |source| TerminalError { action, source };
    let signals = Signals::listen().map_err(failed("listen to signals"))?;
    let reader = EventReader::open().map_err(failed("read from the terminal"))?;
    Ok((reader, signals))
}

/// Whether the console can go on.
fn check(session: &mut ConsoleSession, wake: &Wake) -> Result<(), TuiError> {
    if matches!(wake, Wake::Snapshot(false)) {
        return Err(TuiError::NoSnapshots);
    }
    session.unknown_stack().map_or(Ok(()), Err)
}

fn draw(
    session: &mut ConsoleSession,
    terminal: &mut Terminal,
    scheduler: &mut FrameScheduler,
) -> io::Result<()> {
    let now = Timestamp::now();
    let bytes = session.draw(terminal, now)?;
    scheduler.drawn(bytes, session.next_tick(now));
    Ok(())
}

async fn wait(
    session: &mut ConsoleSession,
    reader: &mut EventReader,
    signals: &mut Signals,
    terminal: &mut Terminal,
    scheduler: &FrameScheduler,
) -> Wake {
    tokio::select! {
        biased;
        signal = signals.next() => Wake::Signal(signal),
        event = reader.events.recv() => Wake::Input(event),
        () = due(scheduler, terminal) => Wake::Due,
        changed = session.snapshots.changed() => Wake::Snapshot(changed.is_ok()),
        () = session.reload.changed() => Wake::Options,
        done = session.background.next() => Wake::Done(done),
        batch = session.tails.next() => Wake::Logs(batch),
    }
}

/// Returns when the next frame is due and the terminal has read the last one; that frame shows
/// what is true then.
async fn due(scheduler: &FrameScheduler, terminal: &mut Terminal) {
    match scheduler.next() {
        Some(due) => sleep_until(due).await,
        None => std::future::pending().await,
    }
    terminal.idle().await;
}

fn handle(
    session: &mut ConsoleSession,
    reader: &mut EventReader,
    terminal: &mut Terminal,
    wake: Wake,
) -> Next {
    let next = match wake {
        Wake::Signal(Signal::End(number)) => Next::Exit(Exit::Signal(number)),
        Wake::Signal(Signal::Resized) => {
            session.measure();
            Next::DrawNow
        }
        Wake::Signal(Signal::Continued) => {
            // Something else stopped us, and the shell changed the terminal meanwhile.
            terminal.give_back();
            match terminal.take() {
                Ok(()) => Next::DrawNow,
                Err(_) => Next::Exit(Exit::Quit),
            }
        }
        Wake::Input(None) => Next::Exit(Exit::Quit),
        Wake::Input(Some((read_at, event))) => {
            let mut next = session.event(&event, read_at, terminal);
            // Input is drained before anything is drawn.
            while !matches!(next, Next::Exit(_) | Next::Suspend | Next::Lend(_)) {
                let Ok((read_at, event)) = reader.events.try_recv() else {
                    break;
                };
                if let later @ (Next::DrawNow | Next::Suspend | Next::Lend(_) | Next::Exit(_)) =
                    session.event(&event, read_at, terminal)
                {
                    next = later;
                }
            }
            next
        }
        Wake::Due => {
            session.measure_again();
            Next::Continue
        }
        Wake::Snapshot(_) => session.take_snapshot(),
        Wake::Options => session.options_changed(terminal),
        Wake::Logs(batch) => session.logs(batch),
        Wake::Done(done) => session.done(done),
    };
    match next {
        Next::Exit(_) => next,
        next => session.settle(terminal).map_or(next, Next::Exit),
    }
}

/// Gives the terminal back, stops the process group as the shell's job control expects, and takes
/// the terminal again when it goes on.
async fn suspend(terminal: &mut Terminal, signals: &mut Signals) -> Result<(), TerminalError> {
    /// A group without a job-controlling shell is never stopped; then there is nothing to wait for.
    const NOT_STOPPED: Duration = Duration::from_millis(500);
    terminal.give_back();
    let stopped = rustix::process::kill_current_process_group(rustix::process::Signal::TSTP);
    if let Err(error) = stopped {
        tracing::warn!("cannot suspend: {error}");
    } else if tokio::time::timeout(NOT_STOPPED, signals.continued())
        .await
        .is_err()
    {
        tracing::debug!("not stopped: there is no job control here");
    }
    terminal.take()
}
