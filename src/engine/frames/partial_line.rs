//! A line of a log that is assembled from frames and chunks.

use crate::engine::lines::{self, LINE_LIMIT};
use crate::engine::stamp::timestamp;
use crate::model::{InstanceId, LogLine, LogStream, Timestamp};

/// No timestamp is longer (`2006-01-02T15:04:05.000000000+07:00`).
const TIMESTAMP: usize = 36;

/// A line being assembled.
#[derive(Default)]
pub(super) struct PartialLine {
    at: Option<Timestamp>,
    /// Bytes that may still become a timestamp; `None` inside the text.
    stamp: Option<Vec<u8>>,
    pub text: Vec<u8>,
    /// Bytes of text so far that are not written over, kept or not.
    length: u64,
    /// Bytes of text so far, as the engine counts them.
    pub position: u64,
    /// Whether anything of it arrived.
    pub begun: bool,
    /// Whether the last byte was a carriage return, which belongs to the line end.
    carriage: bool,
}

impl PartialLine {
    pub fn fresh() -> Self {
        Self {
            stamp: Some(Vec::new()),
            ..Self::default()
        }
    }

    pub fn after(previous: &Self) -> Self {
        Self {
            at: previous.at,
            ..Self::default()
        }
    }

    pub fn expect_stamp(&mut self) {
        self.stamp = Some(Vec::new());
    }

    /// Takes a timestamp off the front of `bytes`, or gives its bytes back to the text.
    pub fn take_stamp<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let Some(mut stamp) = self.stamp.take() else {
            return bytes;
        };
        let room = (TIMESTAMP + 1).saturating_sub(stamp.len()).min(bytes.len());
        let (near, _) = bytes.split_at(room);
        let end = near.iter().position(|byte| matches!(byte, b' ' | b'\n'));
        let (taken, rest) = bytes.split_at(end.unwrap_or(room));
        // Mostly it comes as a whole.
        let whole = if end.is_some() && stamp.is_empty() {
            taken
        } else {
            stamp.extend_from_slice(taken);
            if end.is_none() && stamp.len() <= TIMESTAMP {
                self.stamp = Some(stamp);
                return rest;
            }
            &stamp
        };
        let Some(at) = timestamp(whole) else {
            self.append(whole);
            return rest;
        };
        self.begun = true;
        // A line's time is that of its first message.
        if self.length == 0 || self.at.is_none() {
            self.at = Some(at);
        }
        rest.strip_prefix(b" ").unwrap_or(rest)
    }

    pub fn append(&mut self, bytes: &[u8]) {
        self.begun |= !bytes.is_empty();
        self.length += bytes.len() as u64;
        self.position += bytes.len() as u64;
        self.carriage = bytes.last().map_or(self.carriage, |byte| *byte == b'\r');
        let is_whole = self.text.len() as u64 + bytes.len() as u64 == self.length;
        if is_whole && self.text.len() + bytes.len() > LINE_LIMIT {
            self.forget_overwritten();
            self.length = (self.text.len() + bytes.len()) as u64;
        }
        let room = LINE_LIMIT.saturating_sub(self.text.len()).min(bytes.len());
        self.text.extend_from_slice(bytes.split_at(room).0);
    }

    /// Replaces what stands before the last carriage return by what is to be seen of it: a progress bar
    /// may be one line for hours.
    fn forget_overwritten(&mut self) {
        if let Some(at) = memchr::memrchr(b'\r', &self.text) {
            let seen = lines::clean(self.text.get(..at).unwrap_or_default());
            self.text.splice(..at, seen.into_bytes());
        }
    }

    pub fn end(mut self, instance: &InstanceId, stream: LogStream) -> Option<LogLine> {
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
        let text = lines::clean_line(self.text);
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
