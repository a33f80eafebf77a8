//! Discovery: one connection to the engine, its events and its containers.

mod inspection_queue;
mod missed_events;
mod session;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, broadcast, mpsc, watch};

use super::backoff::Backoff;
use crate::engine::{Connector, Engine};
use crate::model::sections::Poll;
use crate::model::{
    ConnectAttempt, EngineEvent, EngineStatus, Observation, SignedDuration, Timestamp,
};
use session::{Session, SessionEnd, SessionMemory};

/// What discovery does; may change while it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiscoveryOptions {
    /// Whether containers are looked for; without it only the connection is kept.
    pub enabled: bool,
    /// Time between two lists (events come at once anyway).
    pub poll_interval: Duration,
    /// Compose projects to watch; empty means everything.
    pub projects: Vec<String>,
}

impl Default for DiscoveryOptions {
    fn default() -> Self {
        Self {
            enabled: true,
            poll_interval: Poll::default().interval,
            projects: Vec::new(),
        }
    }
}

/// Where discovery reads its options and sends its observations.
#[derive(Clone)]
struct Wiring {
    options: watch::Receiver<DiscoveryOptions>,
    out: mpsc::Sender<Observation>,
    link: watch::Sender<Option<Engine>>,
    described: watch::Sender<bool>,
    refresh: Arc<Notify>,
    events: broadcast::Sender<EngineEvent>,
}

/// Keeps the connection to the engine and sends what it has, for as long as `out` is read.
///
/// `link` holds the engine while it answers. `refresh` asks for a list at once, and for the next
/// attempt at once while the engine is lost. `described` becomes true when the engine has said what
/// it and its host are, or did not answer that. Events of what is watched are sent to `events` at once.
pub async fn run(
    connector: Connector,
    options: watch::Receiver<DiscoveryOptions>,
    out: mpsc::Sender<Observation>,
    link: watch::Sender<Option<Engine>>,
    refresh: Arc<Notify>,
    described: watch::Sender<bool>,
    events: broadcast::Sender<EngineEvent>,
) {
    let wiring = Wiring {
        options,
        out,
        link,
        described,
        refresh,
        events,
    };
    let mut memory = SessionMemory::default();
    let mut outage = Outage {
        backoff: Backoff::engine(),
        since: None,
    };
    while !wiring.out.is_closed() {
        let (error, attempts) = match connector.connect().await {
            Ok((engine, info)) => {
                let mut session = Session::new(wiring.clone(), engine, info, &mut memory);
                let end = session.run().await;
                wiring.link.send_replace(None);
                if session.worked() {
                    outage.end();
                }
                match end {
                    SessionEnd::Closed => return,
                    SessionEnd::Lost(error) => (error, Vec::new()),
                }
            }
            Err(attempts) => (sentence(&attempts), attempts),
        };
        let (status, wait) = outage.failed(error, Timestamp::now());
        let lost = Observation::Engine { status, attempts };
        if wiring.out.send(lost).await.is_err() {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = wiring.refresh.notified() => {}
            () = wiring.out.closed() => return,
        }
    }
}

/// One sentence for a search that found nothing.
fn sentence(attempts: &[ConnectAttempt]) -> String {
    let shown = |attempt: &ConnectAttempt| {
        format!(
            "{} ({}): {}",
            attempt.endpoint, attempt.source, attempt.error
        )
    };
    // A socket that is not there says less than one that refuses.
    let telling = attempts
        .iter()
        .find(|attempt| attempt.error != "no such file")
        .or(attempts.first());
    match (attempts.len(), telling) {
        (_, None) => "there is no address to try; use --host".into(),
        (1, Some(attempt)) => format!("no container engine answers at {}", shown(attempt)),
        (count, Some(attempt)) => {
            format!(
                "no container engine answers at any of {count} addresses, such as {}",
                shown(attempt)
            )
        }
    }
}

/// Since when the engine is lost, and when the next attempt is made.
struct Outage {
    backoff: Backoff,
    since: Option<Timestamp>,
}

impl Outage {
    fn end(&mut self) {
        self.backoff.reset();
        self.since = None;
    }

    /// The status after an attempt that failed, and the time until the next one.
    fn failed(&mut self, error: String, now: Timestamp) -> (EngineStatus, Duration) {
        let wait = self.backoff.next(fastrand::f64());
        let status = EngineStatus::Lost {
            since: *self.since.get_or_insert(now),
            error,
            retry_at: now + SignedDuration::try_from(wait).unwrap_or(SignedDuration::ZERO),
        };
        (status, wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_search_is_one_sentence_that_names_the_best_clue() {
        let attempt = |endpoint: &str, error: &str| ConnectAttempt {
            source: "default socket".into(),
            endpoint: endpoint.into(),
            error: error.into(),
        };
        let none = attempt("unix:///a", "no such file");
        let denied = attempt("unix:///b", "permission denied");
        assert_eq!(
            sentence(std::slice::from_ref(&none)),
            "no container engine answers at unix:///a (default socket): no such file"
        );
        assert!(
            sentence(&[none, denied])
                .ends_with("2 addresses, such as unix:///b (default socket): permission denied")
        );
        assert!(sentence(&[]).contains("--host"));
    }
}
