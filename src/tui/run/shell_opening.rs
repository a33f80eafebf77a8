//! The way to a shell in a container and back.

use std::io;

use crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers};
use tokio::sync::oneshot;

use crate::model::{ExecEnd, ExecRequest, Principal, Timestamp};
use crate::operate::ExecSession;
use crate::tui::terminal::Measured;
use crate::tui::update::{toast, withdraw};

use super::background::{FAILED, TaskResult};
use super::session::ConsoleSession;
use super::{Borrower, Next};

/// The first exit code of a command that a signal killed.
const KILLED: i64 = 128;

/// What is said while a shell is opened.
fn opening(container: &str) -> String {
    format!("opening a shell in {container}… Esc gives up")
}

impl ConsoleSession {
    /// Has a shell opened; the console goes on until it is there.
    pub(super) fn open_shell(&mut self, mut request: ExecRequest) {
        request.terminal = Some(Measured::now().cells());
        let container = request.container.clone();
        let sentence = opening(&container);
        toast(&mut self.ui, &sentence, false, Timestamp::now());
        let opened = self.operations.exec(request, Principal::Terminal);
        let (opening, given_up) = oneshot::channel();
        self.background.opening = Some(opening);
        let failed = TaskResult::Opened(container.clone(), Some(Err(FAILED.to_owned())));
        self.background.spawn(failed, async move {
            tokio::select! {
                _ = given_up => TaskResult::Opened(container, None),
                opened = opened => {
                    let opened = match opened {
                        Ok(opened) => opened.map_err(|refusal| refusal.to_string()),
                        Err(_gone) => Err(FAILED.to_owned()),
                    };
                    TaskResult::Opened(container, Some(opened))
                }
            }
        });
    }

    /// Takes what is typed while a shell is opened: it is meant for the shell, where keys may do
    /// something else, so that it is dropped; Esc and Ctrl-C give up.
    pub(super) fn beside_opening(&mut self, event: &Event) -> Next {
        if let Event::Key(key) = event
            && key.kind != KeyEventKind::Release
            && (key.code == KeyCode::Esc
                || (key.code == KeyCode::Char('c') && key.modifiers == KeyModifiers::CONTROL))
        {
            self.background.opening = None;
            toast(
                &mut self.ui,
                "given up: nothing was opened",
                false,
                Timestamp::now(),
            );
        }
        Next::DrawNow
    }

    /// Takes a shell that was opened, or why it was not.
    pub(super) fn shell_opened(
        &mut self,
        container: String,
        opened: Option<Result<ExecSession, String>>,
    ) -> Next {
        let was_waited_for = self.background.opening.take().is_some();
        withdraw(&mut self.ui, &opening(&container));
        match opened {
            Some(Ok(session)) if was_waited_for => {
                return Next::Lend(Borrower::Shell(container, session));
            }
            Some(Err(sentence)) => toast(&mut self.ui, &sentence, true, Timestamp::now()),
            Some(Ok(_)) | None => {}
        }
        Next::DrawNow
    }

    /// Takes how a shell in `container` ended; one that was left without a failure needs no words.
    pub(super) fn shell_left(&mut self, container: &str, left: io::Result<ExecEnd>) {
        let (sentence, warns) = match left {
            Ok(ExecEnd::Exited(0) | ExecEnd::HungUp) => return,
            Ok(ExecEnd::Exited(code)) if code > KILLED => {
                let signal = code - KILLED;
                let text = format!(
                    "the shell in {container} was killed with signal {signal}, or the container ended"
                );
                (text, true)
            }
            Ok(ExecEnd::Exited(code)) => (
                format!("the shell in {container} exited with code {code}"),
                false,
            ),
            Ok(ExecEnd::NotStarted(_)) => (
                format!("the shell in {container} could not be started"),
                true,
            ),
            Ok(ExecEnd::Lost(sentence)) => (
                format!("the shell in {container} is lost: {sentence}"),
                true,
            ),
            Err(error) => (format!("the terminal refuses: {error}"), true),
        };
        toast(&mut self.ui, &sentence, warns, Timestamp::now());
    }
}
