//! What a hubdeck says that is started when something is already broken.

mod any_time;
mod ended;
mod evidence;
mod needs;
mod roots;

use std::time::Duration;

use DockerStatus as Docker;
use hubdeck::model::*;

use crate::support::store::{With, World, at, facts};

/// When the fault happened in the worlds of this file.
const FAULT: i64 = 5_000;

/// `facts` as a list tells them, `ago` seconds after the fault.
fn listed(facts: &InstanceFacts, ago: u64) -> InstanceFacts {
    let ended = matches!(
        facts.state,
        InstanceState::Exited | InstanceState::Restarting
    );
    InstanceFacts {
        inspected: false,
        started_at: None,
        finished_at: None,
        ended_ago: ended.then(|| Duration::from_secs(ago)),
        restart_policy: "".into(),
        oom_killed: false,
        error: String::new(),
        restarts: 0,
        healthcheck: None,
        health_log: Vec::new(),
        docker: DockerHealth {
            checked_at: None,
            failing_streak: 0,
            ..facts.docker.clone()
        },
        ..facts.clone()
    }
}

/// A world that begins `ago` seconds after the fault with this list.
fn begin(list: &[InstanceFacts], ago: u64) -> World {
    let seconds = FAULT + i64::try_from(ago).unwrap();
    World::beginning(
        list.iter().map(|facts| listed(facts, ago)).collect(),
        at(seconds),
    )
}

fn inspect(world: &mut World, list: &[InstanceFacts]) {
    for facts in list {
        let _ = world.inspect(facts.clone());
    }
}

/// The database, a backend that cannot work without it, and a proxy that cannot work without that
/// one.
fn hub(db: InstanceFacts) -> Vec<InstanceFacts> {
    let checked = |facts: InstanceFacts| {
        facts
            .docker(Docker::Healthy)
            .with(|facts| facts.docker.checked_at = Some(at(FAULT - 103)))
    };
    vec![
        db,
        checked(facts("hub/backend").needs("db:healthy")),
        checked(facts("hub/proxy").needs("backend:healthy")),
    ]
}

fn db() -> InstanceFacts {
    facts("hub/db").with(|facts| facts.image = "postgres:16-alpine".into())
}

/// The open incidents: number, root, what is blocked, sentence.
fn incidents(world: &mut World) -> Vec<String> {
    let snapshot = world.snapshot();
    let told = snapshot.open_incidents().map(|incident| {
        let blocked: Vec<&str> = incident.blocked.iter().map(ServiceId::as_str).collect();
        format!(
            "{} {} [{}] {}",
            incident.id,
            incident.root.words(),
            blocked.join(" "),
            hubdeck::explain::incident::sentence(incident)
        )
    });
    told.collect()
}

fn opened_at(world: &mut World) -> Timestamp {
    world.snapshot().open_incidents().next().unwrap().opened_at
}
