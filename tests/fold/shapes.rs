//! Shapes of containers: networks of other containers, needs without a container, Swarm tasks,
//! memory.

mod missing;
mod shared_network;
mod swarm;

use hubdeck::explain::explain;
use hubdeck::model::*;

use crate::support::store::{With, World, facts};

fn sentence(world: &mut World, id: &str) -> String {
    let snapshot = world.snapshot();
    let service = snapshot.service(&ServiceId::new(id)).expect("a service");
    explain(service, &snapshot, &jiff::tz::TimeZone::UTC).sentence
}

fn evidence(world: &mut World, id: &str) -> Vec<String> {
    let snapshot = world.snapshot();
    let service = snapshot.service(&ServiceId::new(id)).expect("a service");
    let all = explain(service, &snapshot, &jiff::tz::TimeZone::UTC).evidence;
    all.into_iter()
        .filter(|each| each.source == EvidenceSource::Needs)
        .map(|each| each.text)
        .collect()
}

fn advice(world: &mut World, id: &str) -> Vec<String> {
    let snapshot = world.snapshot();
    let service = snapshot.service(&ServiceId::new(id)).expect("a service");
    explain(service, &snapshot, &jiff::tz::TimeZone::UTC).try_next
}

fn edges(world: &mut World) -> Vec<String> {
    let snapshot = world.snapshot();
    snapshot
        .edges
        .iter()
        .map(|edge| format!("{} {} {}", edge.from, edge.to, edge.evidence[0].words()))
        .collect()
}

#[test]
fn a_process_inside_that_was_killed_for_memory_is_no_death() {
    let job = facts("job").with(|facts| {
        facts.restart_policy = "no".into();
        facts.oom_killed = true;
    });
    let mut world = World::of(vec![job.clone().exited(0, 990)]);
    let told = "completed: finished with exit code 0; a process inside was OOM-killed";
    assert_eq!(world.health("job"), told);
    assert_eq!(world.incidents(), [""; 0]);
    let mut world = World::of(vec![job.clone().exited(3, 990)]);
    let told = "unhealthy: exited with code 3; a process inside was OOM-killed";
    assert_eq!(world.health("job"), told);
    let mut world = World::of(vec![job.exited(137, 990)]);
    assert_eq!(world.health("job"), "unhealthy: OOM-killed (exit code 137)");
    let runs = facts("web");
    let mut world = World::of(vec![runs.clone()]);
    let _ = world.event(&runs, EngineEventKind::Oom);
    assert_eq!(
        world.health("web"),
        "degraded: a process inside was OOM-killed"
    );
}
