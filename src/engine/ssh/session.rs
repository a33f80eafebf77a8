//! One connection over SSH: the standard input and output of a program on the other side.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, BufReader, ReadBuf};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::{Master, OUTPUT_LIMIT, Slot, Ssh, error_message};
use crate::engine::refused::Refused;

/// How long a program that ended has to write why.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// A connection. Why there is no answer shows when the first one is read.
pub(in crate::engine) struct SshSession {
    stdin: Option<ChildStdin>,
    stdout: ChildStdout,
    /// The program, and what it writes to standard error; taken when it ended without an answer.
    running: Option<Running>,
    ending: Option<Pin<Box<dyn Future<Output = String> + Send>>>,
    /// Whether anything came.
    received: bool,
    _slot: Slot,
}

struct Running {
    child: Child,
    output: JoinHandle<String>,
    ssh: Arc<Ssh>,
}

impl Running {
    /// Waits for the end; one clause why there was no answer.
    async fn end(mut self) -> String {
        let code = timeout(LAST_WORDS, self.child.wait())
            .await
            .ok()
            .and_then(Result::ok);
        let output = timeout(LAST_WORDS, self.output)
            .await
            .ok()
            .and_then(Result::ok)
            .unwrap_or_default();
        error_message::clause(
            &output,
            code.and_then(|status| status.code()),
            self.ssh.target(),
        )
    }
}

impl SshSession {
    /// The session of `child`; it gives `slot` back when it is dropped.
    pub(super) fn new(mut child: Child, slot: Slot, ssh: Arc<Ssh>) -> Result<Self, String> {
        let (stdin, stdout, stderr) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = (stdin, stdout, stderr) else {
            return Err("ssh cannot be talked to".into());
        };
        let output = tokio::spawn(listen(stderr, Arc::clone(&slot.0), Arc::clone(&ssh)));
        let running = Some(Running { child, output, ssh });
        Ok(Self {
            stdin: Some(stdin),
            stdout,
            running,
            ending: None,
            received: false,
            _slot: slot,
        })
    }

    /// Nothing will come any more: waits for the reason.
    fn poll_ending(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        if let Some(running) = self.running.take() {
            self.stdin = None;
            self.ending = Some(Box::pin(running.end()));
        }
        match &mut self.ending {
            Some(ending) => ending
                .as_mut()
                .poll(cx)
                .map(|clause| io::Error::other(Refused::new(clause))),
            None => Poll::Ready(io::ErrorKind::BrokenPipe.into()),
        }
    }
}

/// The first lines of standard error; what follows is read and left out.
async fn listen(stderr: ChildStderr, master: Arc<Master>, ssh: Arc<Ssh>) -> String {
    let mut output = String::new();
    let mut lines = BufReader::new(stderr).lines();
    // A line that cannot be read ends it like the end itself.
    while let Ok(Some(line)) = lines.next_line().await {
        if error_message::is_full(&line) {
            ssh.set_master(&master);
        } else if output.len() + line.len() < OUTPUT_LIMIT {
            output.push_str(&line);
            output.push('\n');
        }
    }
    output
}

impl AsyncRead for SshSession {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.ending.is_none() {
            let before = buf.filled().len();
            ready!(Pin::new(&mut self.stdout).poll_read(cx, buf))?;
            let came = buf.filled().get(before..).unwrap_or_default();
            if !self.received && !came.is_empty() {
                self.received = true;
                if let Some(running) = &self.running
                    && let Some(clause) = error_message::non_http_answer(came, running.ssh.target())
                {
                    let clause = format!("{}: {clause}", running.ssh.target().place());
                    return Poll::Ready(Err(io::Error::other(Refused::new(clause))));
                }
            }
            if self.received {
                return Poll::Ready(Ok(()));
            }
        }
        self.poll_ending(cx).map(Err)
    }
}

impl AsyncWrite for SshSession {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = match &mut self.stdin {
            Some(stdin) => ready!(Pin::new(stdin).poll_write(cx, buf)),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        };
        match written {
            Err(_broken) if !self.received => self.poll_ending(cx).map(Err),
            other => Poll::Ready(other),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stdin {
            Some(stdin) => Pin::new(stdin).poll_flush(cx),
            None => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // The other side reads the end of its input.
        self.stdin = None;
        Poll::Ready(Ok(()))
    }
}
