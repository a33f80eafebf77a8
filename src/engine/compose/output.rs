//! The output of a program, line by line.

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::sync::mpsc;

use crate::engine::lines;
use crate::model::secrets::KnownSecrets;
use crate::model::{LogStream, OutputLine, text, without_colours};

/// Bytes read at a time.
const PIECE: usize = 8 << 10;
/// Bytes of a line that are kept; the rest of it is left out.
const LINE: usize = 8 << 10;

/// Reads both streams to their ends and sends their lines.
pub(super) async fn read(
    out: Option<impl AsyncRead + Unpin>,
    errors: Option<impl AsyncRead + Unpin>,
    known: Arc<KnownSecrets>,
    lines: mpsc::Sender<OutputLine>,
) {
    let stream = |stream| LineSender {
        stream,
        known: Arc::clone(&known),
        lines: lines.clone(),
        line: Vec::new(),
    };
    tokio::join!(
        stream(LogStream::Stdout).read(out),
        stream(LogStream::Stderr).read(errors),
    );
}

/// Cuts one stream into lines.
struct LineSender {
    stream: LogStream,
    known: Arc<KnownSecrets>,
    lines: mpsc::Sender<OutputLine>,
    /// What there is of the line that has not ended, [`LINE`] bytes at most.
    line: Vec<u8>,
}

impl LineSender {
    async fn read(mut self, from: Option<impl AsyncRead + Unpin>) {
        let Some(mut from) = from else {
            return;
        };
        let mut piece = vec![0; PIECE];
        // A stream that cannot be read has ended.
        while let Ok(count @ 1..) = from.read(&mut piece).await {
            let mut pieces = piece
                .get(..count)
                .unwrap_or_default()
                .split(|byte| *byte == b'\n');
            self.append(pieces.next().unwrap_or_default());
            for next in pieces {
                self.send().await;
                self.append(next);
            }
        }
        if !self.line.is_empty() {
            self.send().await;
        }
    }

    fn append(&mut self, bytes: &[u8]) {
        let room = LINE.saturating_sub(self.line.len()).min(bytes.len());
        self.line
            .extend_from_slice(bytes.get(..room).unwrap_or_default());
    }

    async fn send(&mut self) {
        let line = lines::clean(&std::mem::take(&mut self.line));
        let line = OutputLine {
            stream: self.stream,
            text: self.known.mask(&text::clean(&without_colours(&line))),
        };
        // Whoever reads it may be gone: the program goes on, and must not wait for a full pipe.
        let _ = self.lines.send(line).await;
    }
}
