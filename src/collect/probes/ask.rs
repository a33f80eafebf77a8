//! Who asks a target: the prober over the network, the engine for commands.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::watch;

use crate::engine::Engine;
use crate::model::{ProbeKind, ProbeOutcome, ProbeTarget, Timestamp};
use crate::probe::{Prober, Report};

use super::breaker::Way;
use super::lesson::{Learned, examine};
use super::{ProbeOptions, exec};

/// What is to be asked.
#[derive(Clone, Debug)]
pub(super) struct Errand {
    /// Whom and what.
    pub target: ProbeTarget,
    /// Why nothing leads there; `None` where something does.
    pub out_of_reach: Option<Arc<str>>,
    /// Whether it may teach which protocol is spoken.
    pub may_learn: bool,
    /// The whole way or the cheap one.
    pub way: Way,
    /// When it starts, since the loop's origin.
    pub started: Duration,
}

/// What came of it.
#[derive(Debug)]
pub(super) struct Done {
    /// The report; `None` where there was nothing to ask.
    pub report: Option<Report>,
    /// What was learned.
    pub learned: Option<Learned>,
    /// The way it was asked.
    pub way: Way,
    /// When it started.
    pub started: Duration,
}

/// Asks; what a test puts in the place of the network.
pub(super) trait Asker: Clone + Send + Sync + 'static {
    /// The probe that the target's specification says.
    fn check(&self, target: &ProbeTarget) -> impl Future<Output = Option<Report>> + Send;

    /// The cheap way: whether it accepts connections; `None` where there is none.
    fn connect(&self, target: &ProbeTarget) -> impl Future<Output = Option<Report>> + Send;
}

/// Runs one errand.
pub(super) async fn run<A: Asker>(asker: &A, errand: Errand) -> Done {
    let asked = async {
        match (&errand.out_of_reach, errand.way) {
            (Some(reason), _) => (
                Some(Report::out_of_reach(&errand.target.spec, reason)),
                None,
            ),
            (None, Way::Whole) => examine(asker, &errand).await,
            (None, Way::Cheap) => (asker.connect(&errand.target).await, None),
        }
    };
    // A bug that one service's answer brings to light must not end the probes of all others.
    let (report, learned) = AssertUnwindSafe(asked)
        .catch_unwind()
        .await
        .unwrap_or_else(|_panic| {
            tracing::error!(
                "a probe of kind {} failed on a bug in hubdeck",
                errand.target.spec.kind.id()
            );
            let text = "not checked: the probe failed on a bug in hubdeck; see hubdeck's log";
            (
                Some(Report::new(
                    &errand.target.spec,
                    "",
                    ProbeOutcome::Inconclusive,
                    text,
                )),
                None,
            )
        });
    Done {
        report,
        learned,
        way: errand.way,
        started: errand.started,
    }
}

/// The network and the engine.
#[derive(Clone)]
pub(super) struct Network {
    /// Asks over sockets.
    pub prober: Prober,
    /// The engine while it answers.
    pub link: watch::Receiver<Option<Engine>>,
    /// Whether commands may be run at all.
    pub options: watch::Receiver<ProbeOptions>,
}

impl Asker for Network {
    async fn check(&self, target: &ProbeTarget) -> Option<Report> {
        if target.spec.kind == ProbeKind::Exec {
            let engine = self.link.borrow().clone();
            let read_only = self.options.borrow().read_only;
            return exec::check(engine.as_ref(), read_only, target).await;
        }
        self.prober.check(target, Timestamp::now()).await
    }

    async fn connect(&self, target: &ProbeTarget) -> Option<Report> {
        if target.spec.kind == ProbeKind::Exec {
            return None;
        }
        self.prober.connect(target, Timestamp::now()).await
    }
}
