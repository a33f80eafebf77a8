//! Runs probes: the prober over the network, the engine for commands.

use std::future::Future;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use tokio::sync::watch;

use crate::engine::Engine;
use crate::model::{NotAsked, ProbeKind, ProbeTarget, Timestamp};
use crate::probe::{Prober, Report};
use crate::probing::{Depth, JobOutcome, ProbeJob, ProbeOptions, ProtocolCorrection};

use super::exec;

/// Asks; what a test puts in the place of the network.
pub(super) trait Asker: Clone + Send + Sync + 'static {
    /// The probe that the target's specification says.
    fn check(&self, target: &ProbeTarget) -> impl Future<Output = Option<Report>> + Send;

    /// Whether the target accepts connections; `None` where it has no port.
    fn connect(&self, target: &ProbeTarget) -> impl Future<Output = Option<Report>> + Send;
}

/// Runs one job.
pub(super) async fn run<A: Asker>(asker: &A, job: &ProbeJob) -> JobOutcome {
    let probe = async {
        match (&job.out_of_reach, job.depth) {
            (Some(why), _) => {
                uncorrected(Some(Report::out_of_reach(&job.target.spec, why.clone())))
            }
            (None, Depth::Full) => check(asker, job).await,
            (None, Depth::ConnectOnly) => uncorrected(asker.connect(&job.target).await),
        }
    };
    // A bug that one service's answer brings to light must not end the probes of all others.
    AssertUnwindSafe(probe)
        .catch_unwind()
        .await
        .unwrap_or_else(|_panic| {
            tracing::error!(
                "a probe of kind {} failed on a bug in hubdeck",
                job.target.spec.kind.id()
            );
            uncorrected(Some(Report::not_asked(&job.target.spec, "", NotAsked::Bug)))
        })
}

const fn uncorrected(report: Option<Report>) -> JobOutcome {
    JobOutcome {
        report,
        correction: None,
    }
}

/// The full probe of `job`; where its guessed specification meets another protocol, the suggested
/// corrections are tried at once.
async fn check<A: Asker>(asker: &A, job: &ProbeJob) -> JobOutcome {
    let spec = &job.target.spec;
    // Where no correction gets an answer, the first report stands.
    let mut outcome = uncorrected(asker.check(&job.target).await);
    let suggested = match &outcome.report {
        Some(report) if job.may_correct => ProtocolCorrection::suggested_by(spec, report),
        _ => &[],
    };
    for correction in suggested {
        let target = ProbeTarget {
            spec: correction.apply(spec),
            ..job.target.clone()
        };
        let report = asker.check(&target).await;
        let Some(report) = report.filter(Report::is_answer) else {
            break;
        };
        outcome = JobOutcome {
            report: Some(report),
            correction: Some(*correction),
        };
    }
    outcome
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
