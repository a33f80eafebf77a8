//! The engine's log stream cut into lines: multiplexed frames without a TTY, raw with one.
//!
//! Memory is bounded whatever the container writes: of one line at most `LINE_LIMIT` bytes are kept, the
//! rest is counted; nothing waits for a frame that is longer than any.

mod partial_line;

use crate::model::{InstanceId, LogLine, LogStream};
use partial_line::PartialLine;

const HEADER: usize = 8;
/// The engine splits longer lines into messages of this size, each with a timestamp of its own.
const MESSAGE: u64 = 16 * 1024;
/// No frame is longer: its header is none.
const LONGEST_FRAME: usize = 1 << 20;
/// What the content type of a stream is without a TTY, and (from API 1.42 on) with one.
const MULTIPLEXED: &str = "application/vnd.docker.multiplexed-stream";
const RAW: &str = "application/vnd.docker.raw-stream";

/// Turns chunks of a log body into lines.
pub(super) struct LogDecoder {
    instance: InstanceId,
    framing: Framing,
    /// Whether it was reported that a frame was none.
    has_warned: bool,
    stdout: PartialLine,
    stderr: PartialLine,
}

#[derive(Debug)]
enum Framing {
    /// Not known before the first bytes.
    Open(Vec<u8>),
    Raw,
    /// No frames, although some were expected: text until one begins where a line could. These are the
    /// first bytes of the line, `None` within one.
    Lost(Option<Vec<u8>>),
    Header(Vec<u8>),
    Payload {
        stream: LogStream,
        left: usize,
    },
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
            has_warned: false,
            stdout: PartialLine::fresh(),
            stderr: PartialLine::fresh(),
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
                Framing::Lost(first) => {
                    let first = first.take();
                    self.look_for_frame(first, chunk, out)
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
        if let Framing::Open(first) | Framing::Lost(Some(first)) = &mut self.framing {
            let first = std::mem::take(first);
            self.text(LogStream::Stdout, &first, true, out);
        }
        for stream in [LogStream::Stdout, LogStream::Stderr] {
            let line = std::mem::replace(self.line(stream), PartialLine::fresh());
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
            self.lose_frames(&first, out);
        }
    }

    /// Takes `bytes`, which are no header, as text, and what follows as well.
    fn lose_frames(&mut self, bytes: &[u8], out: &mut Vec<LogLine>) {
        self.text(LogStream::Stdout, bytes, true, out);
        self.framing = Framing::Lost(bytes.ends_with(b"\n").then(Vec::new));
    }

    /// Takes the next bytes of a stream without frames as text, up to where a line could begin with
    /// one; gives what is left. The engine writes a timestamp before the text of a line, so that no
    /// text looks like a header there.
    fn look_for_frame<'a>(
        &mut self,
        first: Option<Vec<u8>>,
        chunk: &'a [u8],
        out: &mut Vec<LogLine>,
    ) -> &'a [u8] {
        let Some(mut first) = first else {
            let end = memchr::memchr(b'\n', chunk).map_or(chunk.len(), |at| at + 1);
            let (text, rest) = chunk.split_at(end);
            self.lose_frames(text, out);
            return rest;
        };
        let (next, rest) = chunk.split_at(1);
        first.extend_from_slice(next);
        if !may_be_header(&first) {
            self.lose_frames(&first, out);
        } else if first.len() < HEADER {
            self.framing = Framing::Lost(Some(first));
        } else {
            self.framing = Framing::Header(first);
            self.begin_frame(out);
        }
        rest
    }

    fn begin_frame(&mut self, out: &mut Vec<LogLine>) {
        let Framing::Header(header) = &mut self.framing else {
            return;
        };
        let Some((stream, left)) = read_header(header) else {
            let header = std::mem::take(header);
            if !std::mem::replace(&mut self.has_warned, true) {
                tracing::warn!(
                    "the log stream of container {} has a frame that is none; what follows is read as text",
                    self.instance.short()
                );
            }
            return self.lose_frames(&header, out);
        };
        self.framing = if left == 0 {
            Framing::Header(Vec::with_capacity(HEADER))
        } else {
            Framing::Payload { stream, left }
        };
        // Every frame begins with a timestamp, also one that goes on with a line.
        self.line(stream).expect_stamp();
    }

    fn line(&mut self, stream: LogStream) -> &mut PartialLine {
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
                MESSAGE - line.position % MESSAGE
            } else {
                u64::MAX
            };
            let room = usize::try_from(room).unwrap_or(usize::MAX).min(bytes.len());
            let (near, _) = bytes.split_at(room);
            let end = memchr::memchr(b'\n', near);
            let (body, rest) = bytes.split_at(end.unwrap_or(room));
            line.append(body);
            bytes = rest
                .strip_prefix(b"\n")
                .filter(|_| end.is_some())
                .unwrap_or(rest);
            if end.is_some() {
                line.begun = true;
                let line = std::mem::replace(line, PartialLine::fresh());
                // Without frames the next line begins with its own timestamp; inside one it shares.
                if !raw {
                    *self.line(stream) = PartialLine::after(&line);
                }
                out.extend(line.end(&self.instance, stream));
            } else if raw && line.position > 0 && line.position.is_multiple_of(MESSAGE) {
                line.expect_stamp();
            }
        }
    }
}

#[cfg(test)]
mod tests;

/// Whether `bytes`, at most as many as a header has, may be the begin of one that is not empty.
fn may_be_header(bytes: &[u8]) -> bool {
    let mut header = [0; HEADER];
    let Some(begin) = header.get_mut(..bytes.len()) else {
        return false;
    };
    begin.copy_from_slice(bytes);
    let is_whole = bytes.len() == HEADER;
    read_header(&header).is_some_and(|(_, length)| !is_whole || length > 0)
}

/// The stream and length of a frame by its header; `None` where that is none: frames of the input,
/// the output, the errors and the engine itself are numbered 0 to 3.
pub(super) fn read_header(header: &[u8]) -> Option<(LogStream, usize)> {
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
