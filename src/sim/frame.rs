//! The wire form of logs: frames with an 8-byte header, or plain bytes for a terminal.

use axum::body::Bytes;

use super::clock::{Nanos, write_stamp};

/// Longest message of one frame; longer lines are split, as the engine's log driver does.
const PARTIAL: usize = 16 << 10;

/// One frame: its header, then `text`.
pub(super) fn frame(stderr: bool, text: &[u8]) -> Vec<u8> {
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let mut out = vec![if stderr { 2 } else { 1 }, 0, 0, 0];
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(text);
    out
}

/// Collects lines in the form one client asked for.
pub(super) struct FrameWriter {
    out: Vec<u8>,
    scratch: String,
    /// A terminal: no headers, everything is standard output.
    pub(super) tty: bool,
    pub(super) timestamps: bool,
    pub(super) stdout: bool,
    pub(super) stderr: bool,
}

impl FrameWriter {
    /// An empty writer.
    pub(super) fn new(tty: bool, timestamps: bool, stdout: bool, stderr: bool) -> Self {
        Self {
            out: Vec::new(),
            scratch: String::new(),
            tty,
            timestamps,
            stdout,
            stderr,
        }
    }

    /// What was written since the last call.
    pub(super) fn take(&mut self) -> Bytes {
        Bytes::from(std::mem::take(&mut self.out))
    }

    /// Whether nothing was written since the last [`FrameWriter::take`].
    pub(super) fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    fn wants(&self, stderr: bool) -> bool {
        if self.tty || !stderr {
            self.stdout
        } else {
            self.stderr
        }
    }

    /// Appends a line of any bytes.
    pub(super) fn line(&mut self, at: Nanos, stderr: bool, write: impl FnOnce(&mut Vec<u8>)) {
        if !self.wants(stderr) {
            return;
        }
        let mut text = Vec::new();
        write(&mut text);
        let mut parts = text.chunks(PARTIAL).peekable();
        if parts.peek().is_none() {
            self.message(at, stderr, b"", true);
        }
        while let Some(part) = parts.next() {
            self.message(at, stderr, part, parts.peek().is_none());
        }
    }

    /// Appends a rendered line of text.
    pub(super) fn rendered(&mut self, at: Nanos, stderr: bool, write: impl FnOnce(&mut String)) {
        if !self.wants(stderr) {
            return;
        }
        let mut text = std::mem::take(&mut self.scratch);
        text.clear();
        write(&mut text);
        self.message(at, stderr, text.as_bytes(), true);
        self.scratch = text;
    }

    fn message(&mut self, at: Nanos, stderr: bool, text: &[u8], last: bool) {
        let start = self.out.len();
        if !self.tty {
            self.out
                .extend_from_slice(&[if stderr { 2 } else { 1 }, 0, 0, 0, 0, 0, 0, 0]);
        }
        if self.timestamps {
            let mut stamp = String::with_capacity(32);
            write_stamp(at, &mut stamp);
            self.out.extend_from_slice(stamp.as_bytes());
            self.out.push(b' ');
        }
        self.out.extend_from_slice(text);
        if last {
            self.out
                .extend_from_slice(if self.tty { b"\r\n" } else { b"\n" });
        }
        if !self.tty {
            let length = u32::try_from(self.out.len() - start - 8).unwrap_or(u32::MAX);
            self.out[start + 4..start + 8].copy_from_slice(&length.to_be_bytes());
        }
    }
}
