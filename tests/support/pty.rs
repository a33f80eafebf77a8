//! A program in a pseudo terminal: keys in, screen out.
#![allow(
    clippy::expect_used,
    reason = "a harness that fails must fail its test"
)]
#![allow(
    clippy::disallowed_types,
    reason = "a thread that reads has to be held back"
)]

use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

/// How long a screen may take to show what a test waits for. Generous: it only bounds failing
/// tests.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Names of the keys that are not a character.
pub mod key {
    pub const ENTER: &str = "\r";
    pub const ESC: &str = "\x1b";
    pub const TAB: &str = "\t";
    pub const BACK_TAB: &str = "\x1b[Z";
    pub const UP: &str = "\x1b[A";
    pub const DOWN: &str = "\x1b[B";
    pub const RIGHT: &str = "\x1b[C";
    pub const LEFT: &str = "\x1b[D";
    pub const PAGE_DOWN: &str = "\x1b[6~";
    pub const CTRL_C: &str = "\x03";
    pub const CTRL_Z: &str = "\x1a";
}

/// A program that runs in a terminal of its own. Dropping it kills the program.
pub struct Terminal {
    parser: vt100::Parser,
    output: Receiver<(Instant, Vec<u8>)>,
    input: Box<dyn Write + Send>,
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
    started: Instant,
    last_output: Instant,
    raw: Vec<u8>,
    reading: Arc<Gate>,
    open: bool,
}

/// Whether the terminal reads what the program writes.
#[derive(Default)]
struct Gate {
    shut: Mutex<bool>,
    changed: Condvar,
}

impl Gate {
    fn set(&self, shut: bool) {
        *self.shut.lock().expect("the gate") = shut;
        self.changed.notify_all();
    }

    fn pass(&self) {
        drop(
            self.changed
                .wait_while(self.shut.lock().expect("the gate"), |shut| *shut)
                .expect("the gate"),
        );
    }
}

impl Terminal {
    /// Start `command` in a terminal of `columns` × `rows`.
    pub fn start(command: CommandBuilder, columns: u16, rows: u16) -> Self {
        let pair = native_pty_system()
            .openpty(size(columns, rows))
            .expect("a pseudo terminal");
        let mut reader = pair
            .master
            .try_clone_reader()
            .expect("the terminal's output");
        let input = pair.master.take_writer().expect("the terminal's input");
        let (sender, output) = sync_channel(1024);
        let reading = Arc::new(Gate::default());
        let gate = Arc::clone(&reading);
        std::thread::spawn(move || {
            let mut buffer = [0; 16 * 1024];
            while let Ok(count) = reader.read(&mut buffer) {
                gate.pass();
                if count == 0
                    || sender
                        .send((Instant::now(), buffer[..count].to_vec()))
                        .is_err()
                {
                    break;
                }
            }
        });
        let started = Instant::now();
        let child = pair
            .slave
            .spawn_command(command)
            .expect("the program starts");
        Self {
            parser: vt100::Parser::new(rows.max(2), columns.max(2), 0),
            output,
            input,
            master: pair.master,
            child,
            started,
            last_output: started,
            raw: Vec::new(),
            reading,
            open: true,
        }
    }

    /// When the program was started.
    pub fn started(&self) -> Instant {
        self.started
    }

    /// The program's process id.
    pub fn process_id(&self) -> u32 {
        self.child.process_id().expect("a process id")
    }

    /// Bytes the program has written so far, as far as they were read by waiting.
    pub fn bytes_written(&self) -> u64 {
        self.raw.len() as u64
    }

    /// Those bytes.
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// Stop reading: what the program writes stays in the terminal's buffer until that is full.
    pub fn stop_reading(&self) {
        self.reading.set(true);
    }

    /// Read again.
    pub fn read_again(&self) {
        self.reading.set(false);
    }

    /// Whether the program has ended within `patience`, without reading its output.
    pub fn ends_within(&mut self, patience: Duration) -> bool {
        let deadline = Instant::now() + patience;
        while self
            .child
            .try_wait()
            .expect("the program's status")
            .is_none()
        {
            if Instant::now() >= deadline {
                return false;
            }
            #[allow(clippy::disallowed_methods, reason = "a test's own thread may sleep")]
            std::thread::sleep(Duration::from_millis(10));
        }
        true
    }

    /// Processor time that the program has used so far.
    pub fn processor_time(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process_id()))
            .expect("its figures");
        let fields: Vec<&str> = stat
            .rsplit(')')
            .next()
            .expect("fields")
            .split_whitespace()
            .collect();
        // The 14th and 15th field of all, in clock ticks; the first two are gone.
        let ticks: u64 = fields[11..13]
            .iter()
            .map(|field| field.parse::<u64>().expect("a number"))
            .sum();
        Duration::from_secs_f64(ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
    }

    /// The screen as it stands now.
    pub fn screen(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    /// The text on the screen, one line a row.
    pub fn text(&self) -> String {
        self.screen().contents()
    }

    /// Type `keys`.
    pub fn send(&mut self, keys: &str) {
        self.input
            .write_all(keys.as_bytes())
            .expect("the program reads its terminal");
        self.input.flush().expect("the program reads its terminal");
    }

    /// Type `keys` as the answer to a question on screen: an answer counts only after a moment.
    pub fn answer(&mut self, keys: &str) {
        self.run_for(Duration::from_millis(400));
        self.send(keys);
    }

    /// Change the terminal's size. The emulator behind it stays at 2×2 or more: it cannot wrap in
    /// less.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.parser
            .screen_mut()
            .set_size(rows.max(2), columns.max(2));
        self.master
            .resize(size(columns, rows))
            .expect("the terminal resizes");
    }

    /// Send a signal to the program.
    pub fn signal(&self, signal: rustix::process::Signal) {
        let id = i32::try_from(self.process_id()).expect("a process id fits");
        let id = rustix::process::Pid::from_raw(id).expect("a process id");
        rustix::process::kill_process(id, signal).expect("the program can be signalled");
    }

    /// Wait until the screen fulfils `condition`; gives the moment of the output that made it so.
    pub fn wait_until(
        &mut self,
        what: &str,
        condition: impl Fn(&vt100::Screen) -> bool,
    ) -> Instant {
        self.wait_within(PATIENCE, what, condition)
    }

    /// The same with another patience.
    pub fn wait_within(
        &mut self,
        patience: Duration,
        what: &str,
        condition: impl Fn(&vt100::Screen) -> bool,
    ) -> Instant {
        let deadline = Instant::now() + patience;
        while !condition(self.screen()) {
            assert!(
                self.open,
                "the program ended before {what}; its screen:\n{}",
                self.text()
            );
            assert!(
                Instant::now() < deadline,
                "no {what} after {patience:?}; the screen:\n{}",
                self.text()
            );
            self.pump(Duration::from_millis(50));
        }
        self.last_output
    }

    /// Wait until `text` is on the screen.
    pub fn wait_for(&mut self, text: &str) -> Instant {
        self.wait_until(&format!("{text:?} on screen"), |screen| {
            screen.contents().contains(text)
        })
    }

    /// Wait until `text` is no longer on the screen.
    pub fn wait_gone(&mut self, text: &str) -> Instant {
        self.wait_until(&format!("screen without {text:?}"), |screen| {
            !screen.contents().contains(text)
        })
    }

    /// Read output for `duration`.
    pub fn run_for(&mut self, duration: Duration) {
        let deadline = Instant::now() + duration;
        while let Some(left) = deadline
            .checked_duration_since(Instant::now())
            .filter(|left| !left.is_zero())
        {
            if !self.open {
                return;
            }
            self.pump(left);
        }
    }

    /// Wait for the program's end and read what it wrote until then.
    pub fn wait_exit(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("the program's status") {
                self.run_for(Duration::from_millis(200));
                return status;
            }
            assert!(
                Instant::now() < deadline,
                "the program runs on; its screen:\n{}",
                self.text()
            );
            self.pump(Duration::from_millis(20));
        }
    }

    /// Check that the terminal is as it was before the program: main screen, cursor shown, no
    /// mouse, no paste mode, line discipline cooked.
    pub fn assert_restored(&self) {
        let screen = self.screen();
        assert!(
            !screen.alternate_screen(),
            "the alternate screen was not left"
        );
        assert!(!screen.hide_cursor(), "the cursor is still hidden");
        assert_eq!(
            screen.mouse_protocol_mode(),
            vt100::MouseProtocolMode::None,
            "the mouse is still captured"
        );
        assert!(!screen.bracketed_paste(), "bracketed paste is still on");
        assert!(self.is_cooked(), "raw mode is still on");
    }

    /// Whether the line discipline echoes and edits lines.
    fn is_cooked(&self) -> bool {
        let name = self.master.tty_name().expect("the terminal's name");
        let Ok(tty) = std::fs::File::open(name) else {
            return true;
        };
        let modes = rustix::termios::tcgetattr(&tty)
            .expect("the terminal's modes")
            .local_modes;
        modes.contains(rustix::termios::LocalModes::ECHO | rustix::termios::LocalModes::ICANON)
    }

    fn pump(&mut self, patience: Duration) {
        match self.output.recv_timeout(patience) {
            Ok((at, bytes)) => {
                self.last_output = at;
                self.raw.extend_from_slice(&bytes);
                self.parser.process(&bytes);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => self.open = false,
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // The program may have ended long ago; killing it again is no error worth a word.
        self.reading.set(false);
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize {
        rows,
        cols: columns,
        pixel_width: 0,
        pixel_height: 0,
    }
}
