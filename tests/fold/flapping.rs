//! Flapping, start periods and overlays over whole histories.

use ProbeOrigin::Config;
use ProbeOutcome::{Failure, Success};
use hubdeck::model::*;
use hubdeck::store::flapping_percent;
use proptest::prelude::*;

use crate::support::store::{With, World, at, facts};

#[test]
fn a_service_does_not_flap_while_what_it_needs_is_down() {
    for parent_is_down in [false, true] {
        let (db, api) = (
            facts("a/db").port(5432),
            facts("a/api").port(8000).needs("db:healthy"),
        );
        let mut world = World::of(vec![db.clone(), api.clone()]);
        for each in [&db, &api] {
            let _ = world.probe(each, Config, Success);
        }
        if parent_is_down {
            for each in [&db, &api, &db, &api, &db, &api] {
                let _ = world.probe(each, Config, Failure);
            }
            let _ = world.snapshot();
        }
        for _ in 0..12 {
            for outcome in [Failure, Failure, Failure, Success, Success] {
                world.wait(5);
                if parent_is_down {
                    let _ = world.probe(&db, Config, Failure);
                }
                let _ = world.probe(&api, Config, outcome);
                let _ = world.snapshot();
            }
        }
        let flaps = world.overlays("a/api").contains(&Overlay::Flapping);
        assert_eq!(flaps, !parent_is_down, "{}", world.health("a/api"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn three_deaths_in_ten_minutes_flap_and_fewer_do_not(gaps in prop::collection::vec(1..500_i64, 1..12)) {
        let api = facts("a/api");
        let mut world = World::of(vec![api.clone()]);
        let mut deaths = Vec::new();
        for gap in gaps {
            world.wait(gap);
            let _ = world.die(&api, 1);
            deaths.push(world.now);
            let recent = |world: &World| {
                let since = world.now - SignedDuration::from_secs(600);
                deaths.iter().filter(|death| **death > since).count()
            };
            prop_assert_eq!(world.overlays("a/api").contains(&Overlay::Flapping), recent(&world) >= 3);
            let _ = world.event(&api, EngineEventKind::Start);
            prop_assert_eq!(world.overlays("a/api").contains(&Overlay::Flapping), recent(&world) >= 3);
        }
        world.wait(601);
        prop_assert!(!world.overlays("a/api").contains(&Overlay::Flapping));
    }

    #[test]
    fn nothing_inside_the_start_period_is_unhealthy_or_flaps(
        outcomes in prop::collection::vec(prop::sample::select(vec![Failure, ProbeOutcome::Starting]), 1..11),
        period in prop::option::of(1..3_u64),
    ) {
        let mut api = facts("a/api").port(8000).with(|facts| facts.started_at = Some(at(1_000)));
        if let Some(minutes) = period {
            api = api.docker(DockerStatus::None);
            api.healthcheck.as_mut().unwrap().start_period = Some(std::time::Duration::from_secs(60 * minutes));
        }
        let mut world = World::of(vec![api.clone()]);
        for outcome in &outcomes {
            world.wait(5);
            let _ = world.probe(&api, Config, *outcome);
            prop_assert_eq!(world.service("a/api").health.state, HealthState::Starting);
            prop_assert!(world.overlays("a/api").is_empty());
        }
        // After it they count from the first on.
        let end = at(1_000 + 60 * i64::try_from(period.unwrap_or(1)).unwrap());
        while world.now < end {
            prop_assert_eq!(world.service("a/api").health.state, HealthState::Starting);
            world.wait(5);
            if world.now < end {
                let _ = world.probe(&api, Config, Failure);
            }
        }
        for failures in 1..=3 {
            prop_assert_eq!(world.service("a/api").health.state, HealthState::Starting, "{} failures", failures - 1);
            let _ = world.probe(&api, Config, Failure);
        }
        prop_assert_eq!(world.service("a/api").health.state, HealthState::Unhealthy);
    }

    #[test]
    fn the_overlay_follows_the_states_that_were_shown(results in "[sf]{1,60}") {
        let api = facts("a/api").port(8000);
        let mut world = World::of(vec![api.clone()]);
        let (mut shown, mut flaps) = (Vec::new(), false);
        for letter in results.chars() {
            world.wait(5);
            let _ = world.probe(&api, Config, if letter == 's' { Success } else { Failure });
            shown.push(world.service("a/api").health.state);
            let percent = flapping_percent(&shown[shown.len().saturating_sub(21)..]);
            flaps = percent >= 30.0 || (flaps && percent > 20.0);
            prop_assert_eq!(world.overlays("a/api").contains(&Overlay::Flapping), flaps, "{}", percent);
        }
    }

    #[test]
    fn overlays_say_what_is_so_whatever_happened_before(steps in prop::collection::vec(0..8_u8, 1..40)) {
        let api = facts("a/api").port(8000);
        let mut world = World::of(vec![api.clone()]);
        let (mut lost, mut paused) = (false, false);
        for step in steps {
            world.wait(7);
            match step {
                0 => {
                    lost = !lost;
                    let (since, error) = (world.now, "gone".to_owned());
                    let status = match lost {
                        true => EngineStatus::Lost { since, error, retry_at: since },
                        false => EngineStatus::Connected { since },
                    };
                    let _ = world.apply(Observation::Engine { status, attempts: Vec::new() });
                }
                1 => {
                    paused = !paused;
                    let kind = if paused { EngineEventKind::Pause } else { EngineEventKind::Unpause };
                    let _ = world.event(&api, kind);
                }
                2..5 => { let _ = world.probe(&api, Config, Success); }
                _ => { let _ = world.probe(&api, Config, Failure); }
            }
            let service = world.service("a/api");
            let overlays = &service.health.overlays;
            prop_assert_eq!(overlays.contains(&Overlay::Stale), lost);
            prop_assert_eq!(overlays.contains(&Overlay::Paused), paused);
            prop_assert_eq!(overlays.contains(&Overlay::Blocked), !service.health.blocked_by.is_empty());
            prop_assert!(overlays.windows(2).all(|pair| pair[0] < pair[1]), "sorted, each once");
            if paused {
                prop_assert_eq!(service.health.state, HealthState::Stopped);
            }
        }
    }
}
