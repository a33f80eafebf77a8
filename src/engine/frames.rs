//! The engine's log stream cut into lines: multiplexed frames without a TTY, raw with one.
//!
//! Memory is bounded whatever the container writes: of one line at most [`LINE_LIMIT`] bytes are
//! kept, the rest is counted; nothing waits for a frame that is longer than any.

use super::lines::{self, LINE_LIMIT};
use super::stamp::timestamp;
use crate::model::{InstanceId, LogLine, LogStream, Timestamp};

const HEADER: usize = 8;
/// The engine splits longer lines into messages of this size, each with a timestamp of its own.
const MESSAGE: u64 = 16 * 1024;
/// No frame is longer: its header is none.
const LONGEST_FRAME: usize = 1 << 20;
/// What the content type of a stream is without a TTY, and (from API 1.42 on) with one.
const MULTIPLEXED: &str = "application/vnd.docker.multiplexed-stream";
const RAW: &str = "application/vnd.docker.raw-stream";
/// No timestamp is longer (`2006-01-02T15:04:05.000000000+07:00`).
const TIMESTAMP: usize = 36;

/// Turns chunks of a log body into lines.
pub(super) struct LogDecoder {
    instance: InstanceId,
    framing: Framing,
    stdout: Line,
    stderr: Line,
}

#[derive(Debug)]
enum Framing {
    /// Not known before the first bytes.
    Open(Vec<u8>),
    Raw,
    Header(Vec<u8>),
    Payload {
        stream: LogStream,
        left: usize,
    },
}

/// A line being assembled.
#[derive(Default)]
struct Line {
    at: Option<Timestamp>,
    /// Bytes that may still become a timestamp; `None` inside the text.
    stamp: Option<Vec<u8>>,
    text: Vec<u8>,
    /// Bytes of text so far, kept or not.
    length: u64,
    /// Whether anything of it arrived.
    begun: bool,
    /// Whether the last byte was a carriage return, which belongs to the line end.
    carriage: bool,
}

impl LogDecoder {
    /// A decoder for the logs of `instance`; whether they come raw is decided by their first bytes
    /// where `tty` is not known.
    pub(super) fn new(instance: InstanceId, tty: Option<bool>) -> Self {
        let framing = match tty {
            Some(true) => Framing::Raw,
            Some(false) => Framing::Header(Vec::with_capacity(HEADER)),
            None => Framing::Open(Vec::with_capacity(HEADER)),
        };
        Self {
            instance,
            framing,
            stdout: Line::fresh(),
            stderr: Line::fresh(),
        }
    }

    /// Takes what the engine itself says of the stream before its first byte: its content type. A
    /// type that every stream has (before API 1.42) says nothing.
    pub(super) fn expect(&mut self, content_type: &str, names_raw: bool) {
        match content_type {
            MULTIPLEXED => self.framing = Framing::Header(Vec::with_capacity(HEADER)),
            RAW if names_raw => self.framing = Framing::Raw,
            _ => {}
        }
    }

    /// Takes the next chunk and appends the lines it completes to `out`.
    pub(super) fn push(&mut self, mut chunk: &[u8], out: &mut Vec<LogLine>) {
        while !chunk.is_empty() {
            chunk = match &mut self.framing {
                Framing::Raw => {
                    self.text(LogStream::Stdout, chunk, true, out);
                    &[]
                }
                Framing::Open(first) => {
                    let (head, rest) = chunk.split_at(chunk.len().min(HEADER - first.len()));
                    first.extend_from_slice(head);
                    if first.len() == HEADER {
                        self.begin_stream(out);
                    }
                    rest
                }
                Framing::Header(header) => {
                    let (head, rest) = chunk.split_at(chunk.len().min(HEADER - header.len()));
                    header.extend_from_slice(head);
                    if header.len() == HEADER {
                        self.begin_frame(out);
                    }
                    rest
                }
                Framing::Payload { stream, left } => {
                    let stream = *stream;
                    let (body, rest) = chunk.split_at(chunk.len().min(*left));
                    *left -= body.len();
                    let ended = *left == 0;
                    self.text(stream, body, false, out);
                    if ended {
                        self.framing = Framing::Header(Vec::with_capacity(HEADER));
                    }
                    rest
                }
            };
        }
    }

    /// Ends the stream: an unfinished line is a line.
    pub(super) fn finish(mut self, out: &mut Vec<LogLine>) {
        // So short a stream is no frame.
        if let Framing::Open(first) = &mut self.framing {
            let first = std::mem::take(first);
            self.text(LogStream::Stdout, &first, true, out);
        }
        for stream in [LogStream::Stdout, LogStream::Stderr] {
            let line = std::mem::replace(self.line(stream), Line::fresh());
            out.extend(line.end(&self.instance, stream));
        }
    }

    /// Decides by the first bytes of the stream what it is.
    fn begin_stream(&mut self, out: &mut Vec<LogLine>) {
        let Framing::Open(first) = &mut self.framing else {
            return;
        };
        let first = std::mem::take(first);
        if read_header(&first).is_some() {
            self.framing = Framing::Header(first);
            self.begin_frame(out);
        } else {
            self.framing = Framing::Raw;
            self.text(LogStream::Stdout, &first, true, out);
        }
    }

    fn begin_frame(&mut self, out: &mut Vec<LogLine>) {
        let Framing::Header(header) = &mut self.framing else {
            return;
        };
        let Some((stream, left)) = read_header(header) else {
            let header = std::mem::take(header);
            tracing::warn!(
                "the log stream of container {} has a frame that is none; the rest is read as text",
                self.instance.short()
            );
            self.framing = Framing::Raw;
            self.text(LogStream::Stdout, &header, true, out);
            return;
        };
        self.framing = if left == 0 {
            Framing::Header(Vec::with_capacity(HEADER))
        } else {
            Framing::Payload { stream, left }
        };
        // Every frame begins with a timestamp, also one that goes on with a line.
        self.line(stream).expect_stamp();
    }

    fn line(&mut self, stream: LogStream) -> &mut Line {
        match stream {
            LogStream::Stdout => &mut self.stdout,
            LogStream::Stderr => &mut self.stderr,
        }
    }

    fn text(&mut self, stream: LogStream, mut bytes: &[u8], raw: bool, out: &mut Vec<LogLine>) {
        while !bytes.is_empty() {
            let line = self.line(stream);
            bytes = line.take_stamp(bytes);
            if bytes.is_empty() {
                return;
            }
            // In a raw stream a message boundary inside a line shows only by its position.
            let room = if raw {
                MESSAGE - line.length % MESSAGE
            } else {
                u64::MAX
            };
            let room = usize::try_from(room).unwrap_or(usize::MAX).min(bytes.len());
            let (near, _) = bytes.split_at(room);
            let end = near.iter().position(|byte| *byte == b'\n');
            let (body, rest) = bytes.split_at(end.unwrap_or(room));
            line.append(body);
            bytes = rest
                .strip_prefix(b"\n")
                .filter(|_| end.is_some())
                .unwrap_or(rest);
            if end.is_some() {
                line.begun = true;
                let line = std::mem::replace(line, Line::fresh());
                // Without frames the next line begins with its own timestamp; inside one it shares.
                if !raw {
                    *self.line(stream) = Line::after(&line);
                }
                out.extend(line.end(&self.instance, stream));
            } else if raw && line.length > 0 && line.length.is_multiple_of(MESSAGE) {
                line.expect_stamp();
            }
        }
    }
}

impl Line {
    fn fresh() -> Self {
        Self {
            stamp: Some(Vec::new()),
            ..Self::default()
        }
    }

    fn after(previous: &Self) -> Self {
        Self {
            at: previous.at,
            ..Self::default()
        }
    }

    fn expect_stamp(&mut self) {
        self.stamp = Some(Vec::new());
    }

    /// Takes a timestamp off the front of `bytes`, or gives its bytes back to the text.
    fn take_stamp<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let Some(mut stamp) = self.stamp.take() else {
            return bytes;
        };
        let room = (TIMESTAMP + 1).saturating_sub(stamp.len()).min(bytes.len());
        let (near, _) = bytes.split_at(room);
        let end = near.iter().position(|byte| matches!(byte, b' ' | b'\n'));
        let (taken, rest) = bytes.split_at(end.unwrap_or(room));
        stamp.extend_from_slice(taken);
        if end.is_none() && stamp.len() <= TIMESTAMP {
            self.stamp = Some(stamp);
            return rest;
        }
        let Some(at) = timestamp(&stamp) else {
            self.append(&stamp);
            return rest;
        };
        self.begun = true;
        // A line's time is that of its first message.
        if self.length == 0 || self.at.is_none() {
            self.at = Some(at);
        }
        rest.strip_prefix(b" ").unwrap_or(rest)
    }

    fn append(&mut self, bytes: &[u8]) {
        self.begun |= !bytes.is_empty();
        self.length += bytes.len() as u64;
        self.carriage = bytes.last().map_or(self.carriage, |byte| *byte == b'\r');
        let is_whole = self.text.len() as u64 + bytes.len() as u64 == self.length;
        if is_whole && self.text.len() + bytes.len() > LINE_LIMIT {
            self.forget_overwritten();
        }
        let room = LINE_LIMIT.saturating_sub(self.text.len()).min(bytes.len());
        self.text.extend_from_slice(bytes.split_at(room).0);
    }

    /// Drops what carriage returns moved the cursor back from: a progress bar may be one line for
    /// hours. The text before the last two of them is written over.
    fn forget_overwritten(&mut self) {
        let mut returns = memchr::memrchr_iter(b'\r', &self.text);
        if let Some(begin) = returns.nth(1) {
            self.length -= begin as u64;
            self.text.drain(..begin);
        }
    }

    fn end(mut self, instance: &InstanceId, stream: LogStream) -> Option<LogLine> {
        if let Some(stamp) = self.stamp.take() {
            match timestamp(&stamp) {
                Some(at) => {
                    self.at = self.at.or(Some(at));
                    self.begun = true;
                }
                None => self.append(&stamp),
            }
        }
        if !self.begun {
            return None;
        }
        let unkept = self.trim_cut();
        let text = lines::clean(&self.text);
        Some(LogLine {
            at: self.at,
            instance: instance.clone(),
            stream,
            text,
            cut_bytes: unkept,
            ..LogLine::default()
        })
    }

    /// Ends a text that was cut at a whole character; the number of bytes that are missing.
    fn trim_cut(&mut self) -> u64 {
        let mut unkept = self.length - self.text.len() as u64;
        if unkept > 0 {
            unkept -= u64::from(self.carriage);
            let whole = complete_prefix(&self.text);
            unkept += (self.text.len() - whole) as u64;
            self.text.truncate(whole);
        }
        unkept
    }
}

/// Length of `bytes` without a character that was cut in two at the end.
fn complete_prefix(bytes: &[u8]) -> usize {
    let start = bytes.len().saturating_sub(3);
    let tail = bytes.split_at(start).1;
    let lead = tail
        .iter()
        .rposition(|byte| byte & 0b1100_0000 == 0b1100_0000);
    let Some(lead) = lead else { return bytes.len() };
    let wanted = match tail.get(lead) {
        Some(byte) if byte & 0b1110_0000 == 0b1100_0000 => 2,
        Some(byte) if byte & 0b1111_0000 == 0b1110_0000 => 3,
        _ => 4,
    };
    if tail.len() - lead < wanted {
        start + lead
    } else {
        bytes.len()
    }
}

#[cfg(test)]
mod tests;

/// The stream and length of a frame by its header; `None` where that is none: frames of the input,
/// the output, the errors and the engine itself are numbered 0 to 3.
fn read_header(header: &[u8]) -> Option<(LogStream, usize)> {
    let [stream @ 0..=3, 0, 0, 0, length @ ..] = header else {
        return None;
    };
    let length = length
        .iter()
        .fold(0usize, |length, byte| length << 8 | usize::from(*byte));
    let stream = if *stream == 2 {
        LogStream::Stderr
    } else {
        LogStream::Stdout
    };
    (length <= LONGEST_FRAME).then_some((stream, length))
}
