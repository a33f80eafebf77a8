//! Tests of the simulator from the inside: time is a value here.

mod demo;

use axum::body::Bytes;
use proptest::prelude::*;

use crate::model::DockerStatus;

use super::clock::{Nanos, SECOND, human, parse};
use super::frame::FrameWriter;
use super::id::Id;
use super::scenario::Scenario;
use super::schema::SimState;
use super::world::World;

const NOW: Nanos = 1_795_000_000 * SECOND;

const SMALL: &str = r#"
name = "small"
[[stack]]
name = "shop"
[[stack.service]]
name = "db"
image = "postgres:16-alpine"
age = 600
healthcheck = { test = ["CMD", "pg_isready"], interval = 5, retries = 3, ready_after = 2, output = "accepting" }
logs_per_second = 3
logs = ["line $n at $time"]
start_logs = ["ready"]
[[stack.service]]
name = "worker"
image = "worker:1"
restart_delay = 2
age = 600
"#;

fn world(text: &str) -> World {
    World::build(&Scenario::parse(text).unwrap(), NOW)
}

/// All lines that a reader with this tail sees, with their times.
fn read(world: &World, name: &str, tail: Option<u64>, since: Nanos, now: Nanos) -> Vec<String> {
    let container = world.get(world.find(name).unwrap()).unwrap();
    let mut writer = FrameWriter::new(true, true, true, true);
    let mut cursor = container.open_log(tail, since, now);
    while container.read_log(&mut cursor, now + 1, 7, &mut writer) {}
    let bytes = writer.take();
    String::from_utf8_lossy(&bytes)
        .lines()
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_demo_scenario_parses() {
    let parsed = Scenario::parse(include_str!("demo.toml")).map_err(|error| error.to_string());
    assert_eq!(parsed.map(|scenario| scenario.len()), Ok(19));
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_scenario_file() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("scenario.toml");
    std::fs::write(&file, format!("\u{feff}{SMALL}")).unwrap();
    assert_eq!(
        Scenario::load(&file).unwrap().len(),
        Scenario::parse(SMALL).unwrap().len()
    );
    std::fs::write(&file, b"\xfe\xff\0a").unwrap();
    let refused = Scenario::load(&file).unwrap_err().to_string();
    assert!(
        refused.ends_with("scenario.toml: it is encoded as UTF-16; save it as UTF-8"),
        "{refused}"
    );
}

#[test]
fn ids_belong_to_names_and_are_found_by_prefix() {
    let world = world(SMALL);
    let id = Id::of("container", "shop-db-1").to_string();
    assert_eq!(id.len(), 64);
    for key in ["shop-db-1", "/shop-db-1", &id, &id[..12], &id[..7]] {
        assert_eq!(world.find(key), Some(0), "{key}");
    }
    for key in ["", "shop", "zz", "shop-db-2"] {
        assert_eq!(world.find(key), None, "{key}");
    }
}

#[test]
fn an_ambiguous_prefix_finds_nothing() {
    let world = World::build(&Scenario::sized(100, 0), NOW);
    let counts = |digit: &str| {
        world
            .all()
            .filter(|(_, c)| c.id.to_string().starts_with(digit))
            .count()
    };
    let crowded = "0123456789abcdef"
        .chars()
        .map(String::from)
        .find(|digit| counts(digit) > 1)
        .unwrap();
    assert_eq!(world.find(&crowded), None);
}

#[test]
fn a_tail_is_the_end_of_the_whole() {
    let mut world = world(SMALL);
    for n in (0..9).rev() {
        let line = Bytes::from(format!("injected {n}"));
        world
            .get_mut(0)
            .unwrap()
            .trace()
            .inject(NOW - n * 17 * SECOND, false, line);
    }
    let whole = read(&world, "shop-db-1", None, 0, NOW);
    assert!((1790..1820).contains(&whole.len()), "{}", whole.len());
    assert_eq!(
        whole
            .iter()
            .filter(|line| line.contains("injected"))
            .count(),
        9
    );
    for tail in [0, 1, 2, 50, 500] {
        let end = read(&world, "shop-db-1", Some(tail), 0, NOW);
        assert_eq!(
            end,
            whole[whole.len() - usize::try_from(tail).unwrap()..],
            "tail {tail}"
        );
    }
    let late: Vec<_> = whole
        .iter()
        .filter(|line| &line[..20] >= "2026-11-18T11:06:20")
        .cloned()
        .collect();
    assert_eq!(
        read(
            &world,
            "shop-db-1",
            None,
            parse("2026-11-18T11:06:20Z").unwrap(),
            NOW
        ),
        late
    );
}

#[test]
fn a_follower_sees_every_line_once_and_in_order() {
    let mut world = world(SMALL);
    let index = world.find("shop-db-1").unwrap();
    let mut writer = FrameWriter::new(true, true, true, true);
    let mut cursor = world.get(index).unwrap().open_log(Some(0), 0, NOW);
    for step in 1..=400 {
        let now = NOW + step * SECOND / 10;
        match step {
            100 => world.kill(index, "SIGKILL", now).unwrap(),
            200 => world.start(index, now).unwrap(),
            300 => world.pause(index, now).unwrap(),
            350 => world.unpause(index, now).unwrap(),
            _ => {}
        }
        while world
            .get(index)
            .unwrap()
            .read_log(&mut cursor, now + 1, 2, &mut writer)
        {}
    }
    let seen: Vec<_> = String::from_utf8_lossy(&writer.take())
        .lines()
        .map(str::to_owned)
        .collect();
    assert!(seen.is_sorted());
    let mut unique = seen.clone();
    unique.dedup();
    assert_eq!(unique, seen);
    // 10 s, 10 s of death, 10 s with the start's own line, 5 s of pause, 5 s.
    assert!((72..80).contains(&seen.len()), "{}", seen.len());
    assert_eq!(
        seen.iter().filter(|line| line.ends_with(" ready")).count(),
        1
    );
    assert_eq!(
        seen,
        read(
            &world,
            "shop-db-1",
            Some(seen.len() as u64),
            0,
            NOW + 40 * SECOND
        )
    );
}

#[test]
fn a_start_is_starting_then_healthy() {
    let mut world = world(SMALL);
    world.stop(0, NOW).unwrap();
    assert_eq!(world.get(0).unwrap().health, DockerStatus::Unhealthy);
    world.start(0, NOW + SECOND).unwrap();
    assert_eq!(world.get(0).unwrap().health, DockerStatus::Starting);
    world.advance(NOW + 2 * SECOND);
    assert_eq!(world.get(0).unwrap().health, DockerStatus::Starting);
    world.advance(NOW + 3 * SECOND);
    assert_eq!(world.get(0).unwrap().health, DockerStatus::Healthy);
}

#[test]
fn a_crash_restarts_after_its_delay_and_a_kill_does_not() {
    let mut world = world(SMALL);
    let worker = world.find("shop-worker-1").unwrap();
    world.crash(worker, NOW, 3, false);
    let container = world.get(worker).unwrap();
    assert_eq!(
        (container.state, container.exit_code, container.restarts),
        (SimState::Restarting, 3, 0)
    );
    world.advance(NOW + 2 * SECOND);
    let container = world.get(worker).unwrap();
    assert_eq!(
        (container.state, container.restarts, container.started),
        (SimState::Running, 1, NOW + 2 * SECOND)
    );
    world.kill(worker, "KILL", NOW + 3 * SECOND).unwrap();
    world.advance(NOW + 3600 * SECOND);
    let container = world.get(worker).unwrap();
    assert_eq!(
        (container.state, container.exit_code, container.restarts),
        (SimState::Exited, 137, 1)
    );
}

#[test]
fn counters_stand_still_in_a_pause_and_begin_anew_with_a_start() {
    let mut world = world(SMALL);
    let work = |world: &World, now| world.get(0).unwrap().activity(now);
    let before = work(&world, NOW);
    assert!(before > 300.0, "{before}");
    world.pause(0, NOW).unwrap();
    assert!((work(&world, NOW + 60 * SECOND) - before).abs() < 1e-6);
    world.unpause(0, NOW + 60 * SECOND).unwrap();
    assert!(work(&world, NOW + 70 * SECOND) > before + 2.0);
    world.stop(0, NOW + 70 * SECOND).unwrap();
    world.start(0, NOW + 70 * SECOND).unwrap();
    assert!(work(&world, NOW + 71 * SECOND) < 5.0);
}

#[test]
fn long_lines_are_split_as_the_log_driver_does() {
    let mut writer = FrameWriter::new(false, true, true, true);
    writer.line(NOW, true, |text| {
        text.extend(std::iter::repeat_n(b'x', 90_000))
    });
    let bytes = writer.take();
    let (mut at, mut payload, mut frames) = (0, Vec::new(), 0);
    while at < bytes.len() {
        assert_eq!(bytes[at..at + 4], [2, 0, 0, 0]);
        let length = u32::from_be_bytes(bytes[at + 4..at + 8].try_into().unwrap()) as usize;
        // Every part has a timestamp of its own.
        payload.extend_from_slice(&bytes[at + 8 + 31..at + 8 + length]);
        at += 8 + length;
        frames += 1;
    }
    assert_eq!((frames, payload.len()), (6, 90_001));
}

#[test]
fn ages_are_worded_as_docker_does() {
    let cases = [
        (0, "Less than a second"),
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "About a minute"),
        (119, "About a minute"),
        (180, "3 minutes"),
        (3600, "About an hour"),
        (5400, "2 hours"),
        (47 * 3600, "47 hours"),
        (48 * 3600, "2 days"),
        (14 * 86_400, "2 weeks"),
        (60 * 86_400, "2 months"),
        (730 * 86_400, "2 years"),
    ];
    for (seconds, words) in cases {
        assert_eq!(human(seconds * SECOND), words);
    }
}

#[test]
fn times_are_read_in_both_forms() {
    assert_eq!(parse("1795000000"), Some(NOW));
    assert_eq!(parse("1795000000.5"), Some(NOW + SECOND / 2));
    assert_eq!(parse("1795000000.000000007"), Some(NOW + 7));
    assert_eq!(parse("2026-11-18T11:06:40Z"), Some(NOW));
    assert_eq!(parse("yesterday"), None);
    assert_eq!(parse("1.x"), None);
}

proptest! {
    #[test]
    fn no_text_of_a_time_panics(text in ".{0,40}") {
        let _ = parse(&text);
    }

    #[test]
    fn no_scenario_text_panics(text in ".{0,200}") {
        let _ = Scenario::parse(&text);
    }

    #[test]
    fn no_key_panics(key in ".{0,80}") {
        world(SMALL).find(&key);
    }
}
