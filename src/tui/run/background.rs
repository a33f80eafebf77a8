//! Tasks in the background, and options that change.

use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::task::Poll;

use futures_util::FutureExt;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;

use crate::logs::FilterError;
use crate::model::{CommandRequest, Inspection, Plan, Process, ServiceId};
use crate::operate::{CommandRecord, ExecSession};
use crate::tui::state::ConsoleOptions;
use crate::tui::state::logs::patterns::SharedMiner;
use crate::tui::update::logs::find::FindAnswer;
use crate::tui::update::logs::patterns::MineAnswer;

use super::keeper::Keeper;

/// What a task in the background brought.
pub enum TaskResult {
    /// A raw inspection.
    Inspected(ServiceId, Result<Inspection, String>),
    /// The processes of the container of a service.
    Listed(ServiceId, Result<Vec<Process>, String>),
    /// Log lines were looked for; an error is about the question of that generation. `None` where it
    /// failed on a bug.
    Found(Option<Result<FindAnswer, (u64, FilterError)>>),
    /// Log lines were grouped; what should have grouped them where it failed on a bug.
    Mined(Result<MineAnswer, SharedMiner>),
    /// Text for a pager; one sentence why there is none.
    Paged(Result<String, String>),
    /// A command in the container of this name was started, or refused: one sentence. `None` where
    /// it was not waited for.
    Opened(String, Option<Result<ExecSession, String>>),
    /// The record of a command was begun, or refused: one sentence. `None` where it was not waited for.
    Begun(Box<(CommandRequest, Option<Result<CommandRecord, String>>)>),
    /// The plan of a call of Compose, or one sentence why there is none.
    Planned(Result<Box<Plan>, String>),
    /// A file was written, or not: one sentence.
    Exported(Result<String, String>),
    /// What is to be kept was written, or not: one sentence.
    Kept(Result<(), String>),
}

/// What is shown for a task that failed on a bug.
pub const FAILED: &str = "it failed on a bug in hubdeck; see the hubdeck log";

/// Tasks in the background.
#[derive(Default)]
pub struct Background {
    tasks: JoinSet<TaskResult>,
    /// What is kept for the next run.
    pub keeper: Keeper,
    /// While a shell is opened, or the record of a command is begun: dropping it gives that up.
    pub opening: Option<oneshot::Sender<()>>,
}

impl Background {
    /// None yet; what is to be kept goes to `keeper`.
    pub fn new(keeper: Keeper) -> Self {
        Self {
            keeper,
            ..Self::default()
        }
    }

    /// Runs `task`; where it fails on a bug, `failed` is what it brought: somebody waits for it.
    pub fn spawn(
        &mut self,
        failed: TaskResult,
        task: impl Future<Output = TaskResult> + Send + 'static,
    ) {
        let task = AssertUnwindSafe(task).catch_unwind();
        self.tasks
            .spawn(async move { task.await.unwrap_or(failed) });
    }

    /// Waits for the next task that ends; for ever when none runs.
    pub async fn next(&mut self) -> TaskResult {
        poll_fn(|context| {
            loop {
                match self.tasks.poll_join_next(context) {
                    Poll::Ready(Some(Ok(done))) => return Poll::Ready(done),
                    Poll::Ready(Some(Err(error))) => {
                        tracing::error!("a task of the console ended: {error}")
                    }
                    Poll::Ready(None) | Poll::Pending => return Poll::Pending,
                }
            }
        })
        .await
    }
}

/// New options; silent once nobody can send any more.
pub struct Reload(Option<watch::Receiver<ConsoleOptions>>);

impl Reload {
    /// Waits on `receiver`.
    pub const fn new(receiver: watch::Receiver<ConsoleOptions>) -> Self {
        Self(Some(receiver))
    }

    /// Waits for new options.
    pub async fn changed(&mut self) {
        if let Some(receiver) = &mut self.0
            && receiver.changed().await.is_ok()
        {
            return;
        }
        self.0 = None;
        std::future::pending().await
    }

    /// The newest options; `None` once nobody can send any more.
    pub fn newest(&mut self) -> Option<ConsoleOptions> {
        self.0
            .as_mut()
            .map(|receiver| receiver.borrow_and_update().clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_task_that_panics_is_told_to_who_waits_for_it() {
        let mut background = Background::default();
        background.spawn(TaskResult::Exported(Err(FAILED.to_owned())), async {
            panic!("on purpose")
        });
        let TaskResult::Exported(Err(text)) = background.next().await else {
            panic!("another outcome")
        };
        assert_eq!(text, FAILED);
        background.spawn(TaskResult::Exported(Err(FAILED.to_owned())), async {
            TaskResult::Exported(Ok("x".into()))
        });
        assert!(matches!(background.next().await, TaskResult::Exported(Ok(text)) if text == "x"));
    }
}
