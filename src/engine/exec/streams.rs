//! Standard output and standard error of a command without a terminal.

use super::super::frames::read_header;
use crate::model::LogStream;

/// Length of the header of a frame.
const HEADER: usize = 8;

/// The streams of a command without a terminal, which share the connection in frames.
#[derive(Default)]
pub(super) struct Frames {
    header: Vec<u8>,
    /// Of the frame that is read, and the bytes left of it.
    stream: Option<(LogStream, usize)>,
}

impl Frames {
    /// The pieces of output that `bytes` hold. What is no frame is standard output.
    pub(super) fn take(&mut self, mut bytes: &[u8]) -> Vec<(LogStream, Vec<u8>)> {
        let mut pieces = Vec::new();
        while !bytes.is_empty() {
            if let Some((stream, left)) = &mut self.stream {
                let (piece, rest) = bytes.split_at(bytes.len().min(*left));
                pieces.push((*stream, piece.to_vec()));
                *left -= piece.len();
                bytes = rest;
            } else {
                let wanted = HEADER - self.header.len();
                let (head, rest) = bytes.split_at(bytes.len().min(wanted));
                self.header.extend_from_slice(head);
                bytes = rest;
                if self.header.len() == HEADER {
                    let header = std::mem::take(&mut self.header);
                    self.stream = read_header(&header);
                    if self.stream.is_none() {
                        pieces.push((LogStream::Stdout, header));
                    }
                }
            }
            self.stream = self.stream.filter(|(_, left)| *left > 0);
        }
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(stream: u8, text: &str) -> Vec<u8> {
        let mut frame = vec![stream, 0, 0, 0];
        frame.extend((text.len() as u32).to_be_bytes());
        frame.extend(text.as_bytes());
        frame
    }

    #[test]
    fn frames_are_told_apart_wherever_they_are_cut() {
        let bytes = [
            frame(1, "out"),
            frame(2, "error"),
            frame(1, ""),
            frame(1, "end"),
        ]
        .concat();
        for size in 1..=bytes.len() {
            let mut frames = Frames::default();
            let (mut out, mut errors) = (Vec::new(), Vec::new());
            for (stream, piece) in bytes.chunks(size).flat_map(|chunk| frames.take(chunk)) {
                match stream {
                    LogStream::Stdout => out.extend(piece),
                    LogStream::Stderr => errors.extend(piece),
                }
            }
            assert_eq!(
                (&out[..], &errors[..]),
                (&b"outend"[..], &b"error"[..]),
                "{size}"
            );
        }
    }
}
