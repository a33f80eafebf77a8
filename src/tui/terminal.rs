//! The borrowed terminal: taken, drawn on, and given back intact on every way out.

mod canvas;
mod color;
mod panic_hook;

use std::io::{self, Stdout, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::clipboard::CopyToClipboard;
use crossterm::cursor::{Hide, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{Command, execute, queue};
use ratatui::buffer::Buffer;
use ratatui::layout::Size;

pub use canvas::Canvas;
pub use color::{ColorChoice, ColorDepth};

use super::TuiError;
use panic_hook::PanicHook;

/// Clicks and wheel in SGR coordinates. Motion is not asked for: it would wake the program for nothing.
struct EnableMouse;

impl Command for EnableMouse {
    fn write_ansi(&self, f: &mut impl std::fmt::Write) -> std::fmt::Result {
        f.write_str("\x1b[?1000h\x1b[?1006h")
    }
}

struct DisableMouse;

impl Command for DisableMouse {
    fn write_ansi(&self, f: &mut impl std::fmt::Write) -> std::fmt::Result {
        f.write_str("\x1b[?1006l\x1b[?1000l")
    }
}

/// The terminal while it is ours. Dropping it gives it back; so does a panic.
pub struct Terminal {
    canvas: Canvas<Stdout>,
    mouse: bool,
    /// Whether the terminal is ours now; shared with the panic hook.
    held: Arc<AtomicBool>,
    _hook: PanicHook,
}

impl Terminal {
    /// Takes the terminal: raw mode, alternate screen, bracketed paste, no cursor.
    ///
    /// # Errors
    /// When standard output is no terminal, or refuses.
    pub fn open(mouse: bool) -> Result<Self, TuiError> {
        let held = Arc::new(AtomicBool::new(false));
        let mut terminal = Self {
            canvas: Canvas::new(io::stdout()),
            mouse,
            held: Arc::clone(&held),
            _hook: PanicHook::install(held),
        };
        terminal.take()?;
        Ok(terminal)
    }

    /// Takes the terminal again after [`Terminal::give_back`]; the next frame is drawn in full.
    ///
    /// # Errors
    /// When the terminal refuses.
    pub fn take(&mut self) -> Result<(), TuiError> {
        let failed = |source| TuiError::Terminal { action: "take the terminal", source };
        self.held.store(true, Ordering::SeqCst);
        crossterm::terminal::enable_raw_mode().map_err(failed)?;
        let out = self.canvas.writer();
        queue!(out, EnterAlternateScreen, EnableBracketedPaste, Hide).map_err(failed)?;
        if self.mouse {
            queue!(out, EnableMouse).map_err(failed)?;
        }
        self.canvas.forget();
        Ok(())
    }

    /// Gives the terminal back as it was found; harmless when it is not ours.
    pub fn give_back(&mut self) {
        if self.held.swap(false, Ordering::SeqCst) {
            restore(self.canvas.writer());
        }
    }

    /// Size in cells.
    ///
    /// # Errors
    /// When the terminal does not tell.
    pub fn size() -> io::Result<Size> {
        crossterm::terminal::size().map(|(width, height)| Size::new(width, height))
    }

    /// Shows `frame`, writing only what differs from the last one. Returns the bytes written.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn show(&mut self, frame: Buffer) -> io::Result<usize> {
        self.canvas.show(frame)
    }

    /// Draws the next frame in full.
    pub fn forget(&mut self) {
        self.canvas.forget();
    }

    /// Captures or releases the mouse.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn set_mouse(&mut self, mouse: bool) -> io::Result<()> {
        self.mouse = mouse;
        let out = self.canvas.writer();
        if mouse { execute!(out, EnableMouse) } else { execute!(out, DisableMouse) }
    }

    /// Puts `text` into the clipboard of the operator's own machine (OSC 52).
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        execute!(self.canvas.writer(), CopyToClipboard::to_clipboard_from(text))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.give_back();
    }
}

/// Undoes everything [`Terminal::take`] does. Errors have no one left to tell: the terminal is gone then.
fn restore(out: &mut impl Write) {
    let _ = crossterm::terminal::disable_raw_mode();
    let _ = execute!(out, DisableMouse, DisableBracketedPaste, LeaveAlternateScreen, Show);
    let _ = out.write_all(b"\x1b[0m").and_then(|()| out.flush());
}
