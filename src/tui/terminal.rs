//! The borrowed terminal: taken, drawn on, and given back intact on every way out.
//! Knows: the theme's colour depth, the options' choice of colours.
//! Never: what is drawn.

mod abilities;
mod canvas;
mod clipboard;
mod color;
mod held;
mod hyperlinks;
mod modes;
mod output;
mod panic_hook;
mod screen;
mod size;
mod title;

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use crossterm::clipboard::CopyToClipboard;
use crossterm::cursor::{Hide, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{execute, queue};
use ratatui::buffer::Buffer;

pub use abilities::Abilities;
pub use canvas::Canvas;
pub use modes::{RawMode, usual_screen};

pub use screen::NoScreen;
pub use size::Measured;

use crate::tui::state::Link;

use held::{HeldModes, Released};
use modes::{DisableMouse, EnableMouse, USUAL_MODES};
use output::{Output, TerminalLine};
use panic_hook::PanicHook;
use title::{Bell, Notify, PopTitle, PushTitle, SetTitle};

/// How long the terminal may take to read what is still under way when it is given back: a busy one
/// needs it, and one that nobody reads must not hold the end back.
const LAST_WORDS: Duration = Duration::from_millis(300);

/// How often room is made for the last words; with the time before, this stays below two seconds.
const DISCARDS: usize = 4;

/// What the terminal does not do, one sentence.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action}: {source}; is standard output a terminal? `hubdeck status` needs none")]
pub struct TerminalError {
    /// What was tried.
    pub action: &'static str,
    /// The system's error.
    pub source: io::Error,
}

/// The terminal while it is ours. Dropping it gives it back; so does a panic.
pub struct Terminal {
    canvas: Canvas<Output>,
    mouse: bool,
    /// The title that was set last; it is set again after the terminal was given back meanwhile.
    title: Option<String>,
    /// What of the terminal is ours now; shared with the panic hook.
    held: Arc<HeldModes>,
    _hook: PanicHook,
}

impl Terminal {
    /// Takes the terminal: raw mode, alternate screen, bracketed paste, no cursor.
    ///
    /// # Errors
    /// When standard output is no terminal, or refuses.
    pub fn open(mouse: bool) -> Result<Self, TerminalError> {
        let failed = |source| TerminalError {
            action: "write to the terminal",
            source,
        };
        let output = Output::open().map_err(failed)?;
        let held = Arc::new(HeldModes::default());
        let hook = PanicHook::install(Arc::clone(&held), output.line());
        let mut terminal = Self {
            canvas: Canvas::new(output),
            mouse,
            title: None,
            held,
            _hook: hook,
        };
        terminal.take()?;
        Ok(terminal)
    }

    /// Takes the terminal again after [`Terminal::give_back`]; the next frame is drawn in full.
    ///
    /// # Errors
    /// When the terminal refuses.
    pub fn take(&mut self) -> Result<(), TerminalError> {
        let failed = |source| TerminalError {
            action: "take the terminal",
            source,
        };
        self.held.take_modes();
        crossterm::terminal::enable_raw_mode().map_err(failed)?;
        let out = self.canvas.writer();
        queue!(out, EnterAlternateScreen, EnableBracketedPaste, Hide).map_err(failed)?;
        if self.mouse {
            queue!(out, EnableMouse).map_err(failed)?;
        }
        if let Some(title) = self.title.take() {
            self.set_title(Some(&title)).map_err(failed)?;
        }
        self.canvas.forget();
        Ok(())
    }

    /// Takes the terminal again after another program had it, which may have left any mode behind.
    ///
    /// # Errors
    /// When the terminal refuses.
    pub fn take_after_another(&mut self) -> Result<(), TerminalError> {
        self.pass(USUAL_MODES).map_err(|source| TerminalError {
            action: "write to the terminal",
            source,
        })?;
        self.take()
    }

    /// Writes `bytes` as they are, for what has the terminal meanwhile.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn pass(&mut self, bytes: &[u8]) -> io::Result<()> {
        let out = self.canvas.writer();
        out.write_all(bytes)?;
        out.flush()
    }

    /// Gives the terminal back as it was found; harmless when it is not ours.
    pub fn give_back(&mut self) {
        if let Some(released) = self.held.release() {
            // What was queued and not handed over stands before it.
            let handed_over = self.canvas.writer().flush();
            if handed_over.is_err() {
                tracing::debug!("the terminal was gone when it was given back");
            }
            restore(&self.canvas.writer().line(), released);
        }
    }

    /// Whether the terminal has taken everything that was shown; the next frame waits for that.
    pub fn is_idle(&mut self) -> bool {
        self.canvas.writer().is_idle()
    }

    /// Waits until the terminal has taken everything, or is gone.
    pub async fn idle(&mut self) {
        self.canvas.writer().idle().await;
    }

    /// Shows `frame` with its `links`, writing only what differs from the last one, or all of it to a terminal that
    /// had stalled. Returns the bytes written, without waiting for the terminal to read them.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn show(&mut self, frame: Buffer, links: &[Link]) -> io::Result<usize> {
        if self.canvas.writer().take_stalled() {
            self.canvas.forget();
        }
        self.canvas.show(frame, links)
    }

    /// Captures or releases the mouse.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn set_mouse(&mut self, mouse: bool) -> io::Result<()> {
        self.mouse = mouse;
        let out = self.canvas.writer();
        if mouse {
            execute!(out, EnableMouse)
        } else {
            execute!(out, DisableMouse)
        }
    }

    /// Sets the title of the window, or gives back the one there was before; nothing is written when
    /// that changes nothing.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn set_title(&mut self, title: Option<&str>) -> io::Result<()> {
        if self.title.as_deref() == title {
            return Ok(());
        }
        self.title = title.map(str::to_owned);
        let was_ours = self.held.set_title(title.is_some());
        let out = self.canvas.writer();
        match title {
            Some(title) if was_ours => execute!(out, SetTitle(title)),
            Some(title) => execute!(out, PushTitle, SetTitle(title)),
            None => execute!(out, PopTitle),
        }
    }

    /// Tells of `text` outside the screen: with a notification of the desktop (OSC 9), the bell, or
    /// both.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn notify(&mut self, text: &str, osc9: bool, bell: bool) -> io::Result<()> {
        let out = self.canvas.writer();
        if osc9 {
            queue!(out, Notify(text))?;
        }
        if bell {
            queue!(out, Bell)?;
        }
        out.flush()
    }

    /// Puts `text` into the clipboard of the operator's own machine (OSC 52).
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        execute!(
            self.canvas.writer(),
            CopyToClipboard::to_clipboard_from(text)
        )
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.give_back();
    }
}

/// Undoes everything [`Terminal::take`] does, without waiting long for a terminal that nobody
/// reads: what it did not read is thrown away then, and these bytes are left for whoever reads it
/// next. Returns whether the terminal took them.
fn restore(line: &TerminalLine, released: Released) -> bool {
    let mut bytes = Vec::new();
    if released.title {
        // A vector takes every byte.
        let _ = queue!(bytes, PopTitle);
    }
    // A vector takes every byte.
    let _ = queue!(
        bytes,
        DisableMouse,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        Show
    );
    bytes.extend_from_slice(b"\x1b[0m");
    let taken = line.finish(&bytes, LAST_WORDS);
    // The modes change at once, whatever the terminal still has to read.
    let _ = crossterm::terminal::disable_raw_mode();
    taken
        || (0..DISCARDS).any(|_| {
            line.discard_unread();
            line.finish(&[], LAST_WORDS)
        })
}
