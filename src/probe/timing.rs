//! What the parts of one probe take: of an HTTP request, or of what is said over a connection.
//!
//! Whatever opens a connection marks the stopwatch of the probe that runs in its task. The HTTP client
//! reports no parts; what it calls while it connects does: the look-up of the name, the connector, the TLS
//! set-up. It connects inside the request's own future, because it keeps no connections.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::Instant;
use tower::{Layer, Service};

use crate::model::{Finding, HungPhase, ProbePhases};

tokio::task_local! {
    static RUNNING: RefCell<Stopwatch>;
}

/// A part of a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ProbePhase {
    /// Looking up the name.
    LookUp,
    /// Opening the TCP connection.
    Connect,
    /// The TLS handshake.
    Tls,
    /// From the request to the first byte of the answer.
    FirstByte,
}

/// The stopwatch of one probe; of an HTTP request with all its redirects.
#[derive(Default)]
pub(super) struct Stopwatch {
    /// The part that runs.
    open: Option<(ProbePhase, Instant)>,
    /// Time of every part that came to its end.
    took: [Option<Duration>; 4],
}

/// Runs `work`, whose parts are timed.
pub(super) async fn over<F: Future>(work: F) -> (F::Output, Stopwatch) {
    let timed = async {
        let output = work.await;
        (output, RUNNING.with(RefCell::take))
    };
    RUNNING.scope(RefCell::default(), timed).await
}

impl Stopwatch {
    /// What hung, where the time ran out in a part that is known; the answer may have begun else.
    pub fn hung(&self, within: Duration) -> Finding {
        let phase = match self.open.map(|(part, _)| part) {
            Some(ProbePhase::LookUp) => {
                return Finding::NotResolved {
                    within: Some(within),
                };
            }
            Some(ProbePhase::Connect) => HungPhase::Connect,
            Some(ProbePhase::Tls) => HungPhase::Tls,
            Some(ProbePhase::FirstByte) => HungPhase::FirstByte,
            None => return Finding::NoAnswer { within },
        };
        Finding::Hung { phase, within }
    }

    /// The part that runs has come to its end.
    pub fn stop(&mut self) {
        if let Some((part, begun)) = self.open.take() {
            let took = &mut self.took[part as usize];
            *took = Some(took.unwrap_or_default() + begun.elapsed());
        }
    }

    /// What the parts took; those of several redirects together. One that did not end shows
    /// nothing.
    pub fn phases(&self) -> ProbePhases {
        let [dns, connect, tls, first_byte] = self.took.map(|took| took.map(millis));
        ProbePhases {
            dns_ms: dns,
            connect_ms: connect,
            tls_ms: tls,
            first_byte_ms: first_byte,
        }
    }

    fn begin(&mut self, part: ProbePhase) {
        if part == ProbePhase::LookUp {
            // The connector is called before the look-up, but has not begun to connect.
            self.open = None;
        }
        self.stop();
        self.open = Some((part, Instant::now()));
    }
}

/// `part` of the probe in this task begins, and the one before has come to its end.
pub(super) fn begin(part: ProbePhase) {
    mark(|running| running.begin(part));
}

/// The part that runs has come to its end, and what follows is not timed.
pub(super) fn end() {
    mark(Stopwatch::stop);
}

/// Milliseconds of `duration`.
pub(super) fn millis(duration: Duration) -> f32 {
    duration.as_secs_f32() * 1_000.0
}

fn mark(work: impl FnOnce(&mut Stopwatch)) {
    // Without a stopwatch nobody wants to know.
    let _ = RUNNING.try_with(|running| work(&mut running.borrow_mut()));
}

/// Marks begin and end of connecting, around the HTTP client's connector.
#[derive(Clone, Copy)]
pub(super) struct Timed<S = ()>(S);

impl Timed {
    /// The layer.
    pub const fn layer() -> Self {
        Self(())
    }
}

impl<S> Layer<S> for Timed {
    type Service = Timed<S>;

    fn layer(&self, inner: S) -> Timed<S> {
        Timed(inner)
    }
}

impl<S, R> Service<R> for Timed<S>
where
    S: Service<R>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let connecting = self.0.call(request);
        Box::pin(async move {
            begin(ProbePhase::Connect);
            let connected = connecting.await;
            if connected.is_ok() {
                begin(ProbePhase::FirstByte);
            } else {
                mark(|running| running.open = None);
            }
            connected
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parts that took one second for each second of `took`, rounded.
    fn seconds(watch: &Stopwatch) -> [Option<u32>; 4] {
        let phases = watch.phases();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a few seconds
        let whole = |ms: Option<f32>| ms.map(|ms| (ms / 1_000.0).round() as u32);
        [
            phases.dns_ms,
            phases.connect_ms,
            phases.tls_ms,
            phases.first_byte_ms,
        ]
        .map(whole)
    }

    async fn part(part: ProbePhase, seconds: u64) {
        begin(part);
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn parts_add_up_over_redirects_and_those_that_fail_tell_nothing() {
        let ((), mut watch) = over(async {
            for _ in 0..2 {
                part(ProbePhase::Connect, 0).await;
                part(ProbePhase::LookUp, 1).await;
                part(ProbePhase::Connect, 2).await;
                part(ProbePhase::Tls, 3).await;
                part(ProbePhase::FirstByte, 4).await;
            }
        })
        .await;
        watch.stop();
        assert_eq!(seconds(&watch), [Some(2), Some(4), Some(6), Some(8)]);

        let hangs = async {
            part(ProbePhase::Connect, 0).await;
            part(ProbePhase::LookUp, 60).await;
        };
        let (ended, watch) = over(tokio::time::timeout(Duration::from_secs(1), hangs)).await;
        let within = Duration::from_secs(1);
        let unresolved = Finding::NotResolved {
            within: Some(within),
        };
        assert!(ended.is_err() && watch.hung(within) == unresolved);
        assert_eq!(seconds(&watch), [None; 4]);

        let ((), mut watch) = over(async {
            part(ProbePhase::Connect, 2).await;
            part(ProbePhase::Tls, 1).await;
            mark(|running| running.open = None);
        })
        .await;
        watch.stop();
        assert_eq!(seconds(&watch), [None, Some(2), None, None]);
        begin(ProbePhase::Tls); // without a stopwatch nothing happens
    }
}
