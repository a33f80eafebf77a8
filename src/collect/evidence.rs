//! Evidence: the last log lines of what has just become unhealthy, read once for each change, so that
//! nobody who asks why has to wait for the engine.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use crate::engine::Engine;
use crate::model::text::{mask_line, mask_values, one_line};
use crate::model::{
    HealthState, Instance, InstanceFacts, InstanceState, LAST_WORDS, LastWords, LogLine, LogSource,
    Observation, Service, ServiceId, Snapshot, Timestamp,
};

/// Containers read side by side.
const CONCURRENCY: usize = 4;
/// Longest time one read may take.
const LIMIT: Duration = Duration::from_secs(5);
/// Longest line kept, in characters.
const LINE: usize = 300;

/// Reads the last words of services that became unhealthy, for as long as `out` is read.
pub async fn run(
    link: watch::Receiver<Option<Engine>>,
    mut snapshots: watch::Receiver<Arc<Snapshot>>,
    out: mpsc::Sender<Observation>,
) {
    let mut heard: HashMap<ServiceId, Timestamp> = HashMap::new();
    loop {
        let snapshot = snapshots.borrow_and_update().clone();
        let engine = link.borrow().clone();
        if let Some(engine) = engine {
            let due = due(&snapshot, &mut heard);
            stream::iter(due)
                .for_each_concurrent(CONCURRENCY, |facts| {
                    let (engine, out) = (engine.clone(), out.clone());
                    async move {
                        let words = listen(&engine, &facts).await;
                        // Without a store nobody asks any more; the loop ends below.
                        drop(out.send(Observation::LastWords(words)).await);
                    }
                })
                .await;
        }
        if out.is_closed() || snapshots.changed().await.is_err() {
            return;
        }
    }
}

/// Containers to listen to: of each service that became unhealthy since it was last heard.
fn due(snapshot: &Snapshot, heard: &mut HashMap<ServiceId, Timestamp>) -> Vec<Arc<InstanceFacts>> {
    let failing: Vec<&Arc<Service>> =
        snapshot.services.iter().filter(|service| service.health.state == HealthState::Unhealthy).collect();
    let ids: HashSet<&ServiceId> = failing.iter().map(|service| &service.id).collect();
    heard.retain(|id, _| ids.contains(id));
    let mut due = Vec::new();
    for service in failing {
        let since = service.health.since;
        if heard.get(&service.id) == Some(&since) {
            continue;
        }
        heard.insert(service.id.clone(), since);
        due.extend(witness(service).map(|instance| Arc::clone(&instance.facts)));
    }
    due
}

/// The container that tells most: one that ended, else one that Docker calls unhealthy, else the first.
fn witness(service: &Service) -> Option<&Instance> {
    let ended = |each: &&Instance| {
        matches!(each.facts.state, InstanceState::Exited | InstanceState::Restarting | InstanceState::Dead)
    };
    let unhealthy = |each: &&Instance| each.facts.docker.status == crate::model::DockerStatus::Unhealthy;
    let instances = || service.instances.iter();
    instances().find(ended).or_else(|| instances().find(unhealthy)).or_else(|| service.primary())
}

/// The last words of a container; none where they cannot be read.
async fn listen(engine: &Engine, facts: &InstanceFacts) -> LastWords {
    let source = LogSource { instance: facts.id.clone(), tty: facts.tty };
    let tail = u32::try_from(LAST_WORDS).ok();
    let mut batches = engine.logs(&source, tail, None, false);
    let mut lines = Vec::new();
    let read = async {
        while let Some(batch) = batches.next().await {
            match batch {
                Ok(batch) => lines.extend(batch),
                Err(error) => {
                    tracing::debug!("the last words of {} cannot be read: {error}", facts.name);
                    break;
                }
            }
        }
    };
    if timeout(LIMIT, read).await.is_err() {
        tracing::debug!("the last words of {} did not come within {} s", facts.name, LIMIT.as_secs());
    }
    let surplus = lines.len().saturating_sub(LAST_WORDS);
    let lines = lines.into_iter().skip(surplus).map(|line| tidy(line, facts)).collect();
    LastWords { instance: facts.id.clone(), at: Timestamp::now(), lines }
}

/// A line without colours and secrets, cut.
fn tidy(line: LogLine, facts: &InstanceFacts) -> LogLine {
    let text = one_line(&mask_values(&without_colours(&line.text), &facts.environment), LINE);
    LogLine { text: mask_line(&text), ..line }
}

/// The text without SGR sequences.
fn without_colours(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            // `ESC [ … letter`: everything up to the letter goes.
            while chars.next().is_some_and(|c| !c.is_ascii_alphabetic()) {}
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{InstanceId, LogStream, ServiceName, StackName};

    fn facts(name: &str, state: InstanceState) -> InstanceFacts {
        InstanceFacts {
            state,
            environment: vec![("DB_PASSWORD".into(), "hunter22".into()), ("API_KEY".into(), "db".into())],
            ..InstanceFacts::unknown(InstanceId::new(name), name, None, ServiceName::new("x"))
        }
    }

    fn service(name: &str, state: HealthState, since: i64) -> Service {
        let since = Timestamp::from_second(since).unwrap();
        let mut service = Service::unknown(Some(StackName::new("hub")), ServiceName::new(name), since);
        service.health.state = state;
        let instance = |name: &str, state| Instance {
            facts: Arc::new(facts(name, state)),
            sample: None,
            series: Arc::default(),
        };
        service.instances = vec![
            instance(&format!("{name}-1"), InstanceState::Running),
            instance(&format!("{name}-2"), InstanceState::Exited),
        ];
        service
    }

    #[test]
    fn each_change_to_unhealthy_is_listened_to_once() {
        let mut heard = HashMap::new();
        let mut look = |services: Vec<Service>| -> Vec<String> {
            let services = services.into_iter().map(Arc::new).collect();
            let snapshot = Snapshot { services, ..Snapshot::empty(Timestamp::UNIX_EPOCH) };
            due(&snapshot, &mut heard).iter().map(|facts| facts.name.clone()).collect()
        };
        use HealthState::{Healthy, Unhealthy};
        assert_eq!(look(vec![service("a", Healthy, 0), service("b", Unhealthy, 5)]), ["b-2"], "what ended");
        assert!(look(vec![service("b", Unhealthy, 5)]).is_empty());
        assert!(look(vec![service("b", Healthy, 7)]).is_empty());
        assert_eq!(look(vec![service("b", Unhealthy, 9)]), ["b-2"]);
        assert_eq!(look(vec![service("b", Unhealthy, 11)]), ["b-2"], "another change");
    }

    #[test]
    fn lines_lose_colours_and_secrets() {
        for (text, expected) in [
            ("\u{1b}[31mERROR\u{1b}[0m x", "ERROR x"),
            ("connecting with hunter22 to db", "connecting with *** to db"),
            ("redis://:p@cache down", "redis://***@cache down"),
            ("\u{1b}[", ""),
        ] {
            let line = LogLine {
                at: None,
                instance: InstanceId::new("x"),
                stream: LogStream::Stdout,
                text: text.to_owned(),
                cut_bytes: 0,
            };
            assert_eq!(tidy(line, &facts("x", InstanceState::Running)).text, expected, "{text}");
        }
    }
}
