//! Tasks in the background, and options that change.

use std::future::poll_fn;
use std::task::Poll;

use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::model::ServiceId;
use crate::tui::Options;

/// What a task in the background brought.
pub enum Done {
    /// A raw inspection.
    Inspected(ServiceId, Result<String, String>),
    /// A file was written, or not: one sentence.
    Exported(Result<String, String>),
}

/// Tasks in the background.
#[derive(Default)]
pub struct Background {
    tasks: JoinSet<Done>,
}

impl Background {
    /// Runs `task`.
    pub fn spawn(&mut self, task: impl Future<Output = Done> + Send + 'static) {
        self.tasks.spawn(task);
    }

    /// Waits for the next task that ends; for ever when none runs.
    pub async fn next(&mut self) -> Done {
        poll_fn(|context| {
            loop {
                match self.tasks.poll_join_next(context) {
                    Poll::Ready(Some(Ok(done))) => return Poll::Ready(done),
                    Poll::Ready(Some(Err(error))) => tracing::error!("a task of the console ended: {error}"),
                    Poll::Ready(None) | Poll::Pending => return Poll::Pending,
                }
            }
        })
        .await
    }
}

/// New options; silent once nobody can send any more.
pub struct Reload(Option<watch::Receiver<Options>>);

impl Reload {
    /// Waits on `receiver`.
    pub const fn new(receiver: watch::Receiver<Options>) -> Self {
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
    pub fn newest(&mut self) -> Option<Options> {
        self.0.as_mut().map(|receiver| receiver.borrow_and_update().clone())
    }
}
