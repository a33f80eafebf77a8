//! Random stacks: a hubdeck that watched and one that is started later say the same.

use DockerStatus as Docker;
use ProbeOrigin::Healthcheck as Check;
use ProbeOutcome::{Failure, Success};
use hubdeck::model::*;

use super::{FAULT, begin, inspect};
use crate::support::store::{With, World, at, facts};

/// What happens to a service in a random world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// It works as long as what it cannot work without does.
    Works,
    /// It works whatever happens.
    Survives,
    /// It runs, and nothing checks it.
    Unchecked,
    /// Its checks fail.
    Fails,
    /// It was killed.
    Killed,
    /// It crashed.
    Crashed,
    /// Somebody stopped it.
    Stopped,
}

const FATES: [Fate; 7] = [
    Fate::Works,
    Fate::Survives,
    Fate::Unchecked,
    Fate::Fails,
    Fate::Killed,
    Fate::Crashed,
    Fate::Stopped,
];

/// Services with their fates; each may need those before it, by the bits of its second number.
fn random_world(fates: &[(usize, u8)]) -> Vec<(InstanceFacts, Fate)> {
    let name = |index: usize| char::from(b'a' + u8::try_from(index).unwrap());
    let each = |(index, (fate, needs)): (usize, &(usize, u8))| {
        let fate = FATES[*fate];
        let needed = (0..index).filter(|other| needs & (1 << other) != 0);
        let needs: Vec<String> = needed
            .map(|other| format!("{}:healthy", name(other)))
            .collect();
        let facts = facts(&format!("x/{}", name(index)))
            .needs(&needs.join(" "))
            .with(|facts| {
                facts.restart_policy = if fate == Fate::Stopped {
                    "unless-stopped"
                } else {
                    "no"
                }
                .into();
            });
        let facts = if fate == Fate::Unchecked {
            facts
        } else {
            facts.port(80).docker(Docker::Healthy)
        };
        (facts, fate)
    };
    fates.iter().enumerate().map(each).collect()
}

/// Whether a probe of each service succeeds.
fn works(world: &[(InstanceFacts, Fate)]) -> Vec<bool> {
    let mut works: Vec<bool> = Vec::new();
    for (facts, fate) in world {
        let needs = facts.depends_on.iter().all(|need| {
            let other = world
                .iter()
                .position(|(other, _)| other.service == need.service)
                .unwrap();
            works[other] || world[other].1 == Fate::Survives
        });
        works.push(match fate {
            Fate::Works | Fate::Unchecked => needs,
            Fate::Survives => true,
            _ => false,
        });
    }
    works
}

fn ends(fate: Fate) -> Option<i64> {
    match fate {
        Fate::Killed => Some(137),
        Fate::Crashed => Some(1),
        Fate::Stopped => Some(0),
        _ => None,
    }
}

fn probe_all(world: &mut World, services: &[(InstanceFacts, Fate)], works: &[bool]) {
    for ((facts, fate), works) in services.iter().zip(works) {
        if *fate != Fate::Unchecked && ends(*fate).is_none() {
            let outcome = if *works { Success } else { Failure };
            let message = if *works {
                "200 OK"
            } else {
                "503 Service Unavailable"
            };
            let _ = world.probe_saying(facts, Check, (outcome, Contact::Answered, message));
        }
    }
}

/// State, roots and what misses it, of each service; the roots of the open incidents.
fn states_and_incidents(world: &mut World) -> (Vec<String>, Vec<String>) {
    let snapshot = world.snapshot();
    let services = snapshot.services.iter().map(|service| {
        let health = &service.health;
        format!(
            "{} {} {:?} {:?}",
            service.id, health.state, health.blocked_by, health.missed_by
        )
    });
    let incidents = snapshot.open_incidents().map(|incident| {
        format!(
            "{} {:?} {}",
            incident.root.words(),
            incident.blocked,
            hubdeck::explain::incident::sentence(incident)
        )
    });
    let (services, mut incidents): (_, Vec<String>) = (services.collect(), incidents.collect());
    incidents.sort();
    (services, incidents)
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 300, ..Default::default() })]

    #[test]
    fn whoever_watched_and_whoever_comes_later_agree(
        fates in proptest::collection::vec((0..FATES.len(), proptest::num::u8::ANY), 1..6),
        ago in proptest::sample::select(vec![5_u64, 60, 600]),
    ) {
        let services = random_world(&fates);
        let works = works(&services);
        let list: Vec<InstanceFacts> = services.iter().map(|(facts, _)| facts.clone()).collect();
        let mut watched = World::beginning(list.clone(), at(FAULT - 100));
        probe_all(&mut watched, &services, &vec![true; services.len()]);
        watched.wait(100);
        for (facts, fate) in &services {
            let Some(code) = ends(*fate) else { continue };
            if *fate == Fate::Stopped {
                let _ = watched.event(facts, EngineEventKind::Kill { signal: Some(15) });
            }
            let _ = watched.die(facts, code);
        }
        for _ in 0..4 {
            watched.wait(5);
            probe_all(&mut watched, &services, &works);
        }
        let now: Vec<(InstanceFacts, Fate)> = services
            .iter()
            .map(|(facts, fate)| {
                let facts = facts.clone();
                (ends(*fate).map_or(facts.clone(), |code| facts.exited(code, FAULT)), *fate)
            })
            .collect();
        let list: Vec<InstanceFacts> = now.iter().map(|(facts, _)| facts.clone()).collect();
        let mut later = begin(&list, ago);
        inspect(&mut later, &list);
        probe_all(&mut later, &now, &works);
        let (seen, found) = (states_and_incidents(&mut watched), states_and_incidents(&mut later));
        proptest::prop_assert_eq!(seen.0, found.0);
        // That most began to fail at once, so that the host is suspected, only who watched can
        // know.
        let suspects = watched.snapshot().open_incidents().any(|incident| incident.root.service().is_none());
        if !suspects {
            proptest::prop_assert_eq!(seen.1, found.1);
        }
    }
}
