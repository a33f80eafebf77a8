//! Carries out effects.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::model::text::one_line;
use crate::model::words;
use crate::model::{LogQuery, OperationId, Plan, Principal, SkipReason, Timestamp};
use crate::tui::draw::theme::Theme;
use crate::tui::input::action::ExportRequest;
use crate::tui::terminal::Terminal;
use crate::tui::update::effect::Effect;
use crate::tui::update::logs::find::FindRequest;
use crate::tui::update::logs::patterns::MineRequest;
use crate::tui::update::{self, toast};

use super::background::{FAILED, TaskResult};
use super::export::{self, Export};
use super::keeper::KeeperWrite;
use super::session::ConsoleSession;
use super::{Exit, Next};

/// Characters of a copied text that the message shows.
const COPIED: usize = 60;

/// Log lines from which on giving them out takes so long that it is said.
const MANY_LINES: usize = 10_000;

/// Queries on their way to the open tail; others wait for them.
const ADDED_QUERIES: usize = 64;

/// How long the end waits for what is to be kept.
const KEEPING: Duration = Duration::from_secs(1);

impl ConsoleSession {
    /// Carries out `effect`.
    pub(super) fn perform(&mut self, effect: Effect, terminal: &mut Terminal) -> Next {
        match effect {
            Effect::Quit => return Next::Exit(Exit::Quit),
            Effect::OpenDemo => return Next::Exit(Exit::Demo),
            Effect::Suspend => return Next::Suspend,
            Effect::Submit(plan) => return self.submit(*plan, terminal),
            Effect::Cancel { operations, reason } => self.cancel(&operations, reason),
            Effect::FollowLogs { queries, replace } => self.follow_logs(queries, replace),
            Effect::CloseLogs => self.tails.close(),
            Effect::FindLines(request) => self.find_lines(request),
            Effect::MinePatterns(request) => self.mine(request),
            Effect::Page => self.page(),
            Effect::Processes(instance) => self.list_processes(instance),
            Effect::Run(request) => self.begin_command(*request),
            Effect::Shell(request) => self.open_shell(*request),
            Effect::PlanCompose(invocation) => self.plan_compose(*invocation),
            Effect::Inspect(instance) => self.inspect(instance),
            Effect::Copy(text) => {
                let copied = if self.abilities.clipboard.is_there() {
                    terminal.copy(&text)
                } else {
                    Ok(())
                };
                let words = self
                    .abilities
                    .clipboard
                    .words(&one_line(&text, COPIED), text.len());
                self.toast_result(copied, &words);
            }
            Effect::Export(request) => self.export(&request),
            Effect::Keep(change) => {
                let write = self.background.keeper.add(change);
                self.write_kept(write);
            }
            Effect::Refresh => self.operations.refresh(false),
            Effect::SetMouse(mouse) => {
                if let Err(error) = terminal.set_mouse(mouse) {
                    tracing::warn!("cannot switch the mouse: {error}");
                }
            }
            Effect::NextTheme => self.next_theme(),
            Effect::SetTheme(name) => self.take_theme(&name),
        }
        Next::DrawNow
    }

    fn follow_logs(&mut self, queries: Vec<LogQuery>, replace: bool) {
        if replace {
            self.tails.close();
        }
        for query in queries {
            if let Some(query) = self.tails.add(query) {
                let (more, added) = mpsc::channel(ADDED_QUERIES);
                self.tails
                    .open(self.operations.follow_logs(query, added), more);
            }
        }
    }

    /// Looks for lines beside the drawing; what an older question finds is dropped.
    fn find_lines(&mut self, request: FindRequest) {
        let failed = TaskResult::Found(None);
        self.background.spawn(failed, async move {
            let found = tokio::task::spawn_blocking(move || {
                let generation = request.generation();
                request.run().map_err(|error| (generation, error))
            });
            TaskResult::Found(found.await.ok())
        });
    }

    /// Groups lines beside the drawing.
    fn mine(&mut self, request: MineRequest) {
        let miner = request.miner().clone();
        let failed = TaskResult::Mined(Err(miner.clone()));
        self.background.spawn(failed, async move {
            let mined = tokio::task::spawn_blocking(move || request.run());
            TaskResult::Mined(mined.await.map_err(|_| miner))
        });
    }

    /// Hands a plan over that was confirmed, or that needs no confirmation.
    fn submit(&mut self, plan: Plan, terminal: &mut Terminal) -> Next {
        let facts = self.facts(Timestamp::now());
        let shows_output = plan.compose().is_some();
        let answer = self.operations.submit(plan, Principal::Terminal);
        if let (Ok(id), true) = (&answer, shows_output) {
            update::show_output(&mut self.ui, *id);
        }
        match update::submitted(&mut self.ui, answer, &facts) {
            Some(next) => self.perform(next, terminal),
            None => Next::DrawNow,
        }
    }

    fn cancel(&mut self, operations: &[OperationId], reason: SkipReason) {
        let facts = self.facts(Timestamp::now());
        for id in operations {
            let answer = self.operations.cancel(*id, reason);
            update::cancelled(&mut self.ui, answer, reason, &facts);
        }
    }

    /// What is shown, to be given out; says that it takes a moment where it does.
    fn taken_out(&mut self, request: &ExportRequest) -> Export {
        let now = Timestamp::now();
        let facts = self.facts(now);
        let export = Export::new(&self.context(&facts), &self.ui, &self.snapshot, request);
        if let Some(lines) = export.lines().filter(|lines| *lines >= MANY_LINES) {
            let sentence = format!("preparing {}…", words::plural(lines, "line"));
            toast(&mut self.ui, &sentence, false, now);
        }
        export
    }

    fn export(&mut self, request: &ExportRequest) {
        let export = self.taken_out(request);
        let path = match &request.file {
            Some(file) => in_home(file, std::env::home_dir()),
            None => self.options.export_dir.join(&export.name),
        };
        let shown = path.display().to_string();
        let written_words = match export.lines() {
            Some(lines) => format!("{} written to {shown}", words::plural(lines, "line")),
            None => format!("written to {shown}"),
        };
        let failed = TaskResult::Exported(Err(format!("cannot write {shown}: {FAILED}")));
        self.background.spawn(failed, async move {
            let text = match export.text().await {
                Ok(text) => text,
                Err(error) => {
                    return TaskResult::Exported(Err(format!("cannot write {shown}: {error}")));
                }
            };
            let written = export::write(&path, text).await;
            TaskResult::Exported(match written {
                Ok(()) => Ok(written_words),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    Err(format!("{shown} exists already; choose another name"))
                }
                Err(error) => Err(format!("cannot write {shown}: {error}")),
            })
        });
    }

    /// Makes what is shown into text for a pager.
    fn page(&mut self) {
        let export = self.taken_out(&ExportRequest::default());
        let failed = TaskResult::Paged(Err(FAILED.to_owned()));
        self.background.spawn(
            failed,
            async move { TaskResult::Paged(export.text().await) },
        );
    }

    fn write_kept(&mut self, write: Option<KeeperWrite>) {
        let Some(write) = write else {
            return;
        };
        let failed = TaskResult::Kept(Err(format!("columns and commands are not kept: {FAILED}")));
        self.background.spawn(failed, async move {
            let written = tokio::task::spawn_blocking(|| write.run()).await;
            TaskResult::Kept(written.unwrap_or_else(|error| Err(error.to_string())))
        });
    }

    /// Takes the outcome of a write, and begins the next one.
    pub(super) fn kept(&mut self, outcome: Result<(), String>) {
        let next = self.background.keeper.written(&outcome);
        self.write_kept(next);
        if let Err(sentence) = outcome {
            toast(&mut self.ui, &sentence, true, Timestamp::now());
        }
    }

    /// Ends with `exit` when everything is written, or after a moment: a disk that hangs must not
    /// keep the console open.
    pub(super) async fn finish(&mut self, exit: Exit) -> Exit {
        let rest = async {
            while self.background.keeper.is_writing() {
                let done = self.background.next().await;
                self.done(done);
            }
        };
        if tokio::time::timeout(KEEPING, rest).await.is_err() {
            tracing::warn!("what was chosen last may not be kept: the disk did not answer in time");
        }
        exit
    }

    fn next_theme(&mut self) {
        let at = Theme::NAMES
            .iter()
            .position(|name| *name == self.theme.name);
        self.take_theme(Theme::NAMES[at.map_or(0, |at| (at + 1) % Theme::NAMES.len())]);
    }

    fn take_theme(&mut self, name: &str) {
        let now = Timestamp::now();
        match Theme::load(name, &self.options.theme_dirs) {
            Ok(theme) => {
                self.set_theme(theme);
                toast(&mut self.ui, &format!("theme {name}"), false, now);
            }
            Err(error) => toast(&mut self.ui, &error.to_string(), true, now),
        }
    }

    fn toast_result(&mut self, result: io::Result<()>, text: &str) {
        let now = Timestamp::now();
        match result {
            Ok(()) => toast(&mut self.ui, text, false, now),
            Err(error) => toast(
                &mut self.ui,
                &format!("the terminal refuses: {error}"),
                true,
                now,
            ),
        }
    }
}

/// `file` with `~` at its begin as `home`, as shells read it.
fn in_home(file: &str, home: Option<PathBuf>) -> PathBuf {
    match (file.strip_prefix('~'), home) {
        (Some(rest), Some(home)) if rest.is_empty() || rest.starts_with('/') => {
            home.join(rest.trim_start_matches('/'))
        }
        _ => PathBuf::from(file),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tilde_is_the_home_directory_as_in_a_shell() {
        for (file, path) in [
            ("~/r4.jsonl", "/home/ann/r4.jsonl"),
            ("~", "/home/ann"),
            ("~bob/x", "~bob/x"),
            ("logs/~/x", "logs/~/x"),
        ] {
            assert_eq!(in_home(file, Some("/home/ann".into())), PathBuf::from(path));
        }
        assert_eq!(in_home("~/x", None), PathBuf::from("~/x"));
    }
}
