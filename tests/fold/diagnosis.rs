//! Failing situations with what real engines and programs say of them: each names the cause that
//! somebody who knows what was done would name, written down before anything was looked at. A wrong
//! cause is worse than none: there is none.
#![allow(clippy::print_stdout, reason = "the table is for people")]

mod situation;

use std::fs;
use std::path::Path;

use hubdeck::explain::explain;
use hubdeck::model::*;
use jiff::tz::TimeZone;
use situation::{Situation, witness};

use crate::support::store::World;

/// What hubdeck says, attached after the fact.
fn explained(situation: &Situation) -> Explanation {
    let containers = situation.containers();
    let now =
        containers.iter().map(witness::last_news).max().unwrap() + SignedDuration::from_secs(5);
    let mut world = World {
        store: hubdeck::store::Store::new(now),
        now,
    };
    let status = EngineStatus::Connected { since: now };
    let _ = world.apply(Observation::Engine {
        status,
        attempts: Vec::new(),
    });
    let _ = world.list(containers.iter().map(witness::facts).collect());
    for container in containers {
        if let Some(result) = witness::probe(container, now) {
            // Above the threshold, as somebody who watched for a while sees it.
            for _ in 0..3 {
                let (service, instance) = (
                    container.name.as_str().into(),
                    Some(container.name.as_str().into()),
                );
                let _ = world.apply(Observation::Probed {
                    service,
                    instance,
                    result: result.clone(),
                });
            }
        }
        let words = witness::failure_log(container, now);
        let _ = world.apply(Observation::FailureLog(words));
    }
    let service = world.service("app");
    explain(&service, &world.snapshot(), &TimeZone::UTC)
}

#[test]
fn no_cause_is_wrong() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/situations");
    let mut paths: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "toml"));
    paths.sort();
    let (mut right, mut none, mut wrong) = (0, Vec::new(), Vec::new());
    for path in &paths {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let situation = Situation::read(path);
        let explanation = explained(&situation);
        let found: Vec<&str> = explanation
            .candidates
            .iter()
            .map(|each| each.id.as_str())
            .collect();
        let shown = found.join(" or ");
        println!(
            "{name:<28} {:<26} {shown:<40} {}",
            situation.expected, explanation.sentence
        );
        let allowed =
            |id: &&str| *id == situation.expected || situation.also.iter().any(|also| also == id);
        match found.as_slice() {
            [] if situation.expected == "none" => right += 1,
            [] => none.push(name),
            found if !found.iter().all(allowed) => {
                wrong.push(format!("{name}: {shown} instead of {}", situation.expected));
            }
            [..] => right += 1,
        }
        for advice in &explanation.try_next {
            assert!(
                !advice.contains(['{', '}']) || advice.contains("--format"),
                "{advice}"
            );
        }
    }
    println!(
        "\n{} situations: {right} right, {} none, {} wrong",
        paths.len(),
        none.len(),
        wrong.len()
    );
    println!("none: {none:?}");
    assert!(paths.len() >= 30);
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(none.len() <= paths.len() / 10, "{none:?}");
}
