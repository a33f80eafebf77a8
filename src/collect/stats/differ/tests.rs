use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("a time")
}

fn stats(second: i64, cpu_ns: u64, system_ns: u64) -> RawStats {
    RawStats {
        at: at(second),
        origin: StatsOrigin::Api,
        cpu_ns: Some(cpu_ns),
        system_ns: Some(system_ns),
        online_cpus: Some(4),
        memory_bytes: Some(1_000),
        memory_limit_bytes: Some(8_000),
        network_rx_bytes: Some(100 * second.unsigned_abs()),
        network_tx_bytes: Some(0),
        block_read_bytes: None,
        block_write_bytes: Some(50 * second.unsigned_abs()),
        pids: Some(3),
    }
}

fn facts(json: &str) -> InstanceFacts {
    super::super::facts_for_test("a", json)
}

/// CPU percent of two readings, 2 s apart.
fn cpu(first: RawStats, second: RawStats) -> Option<f64> {
    let mut differ = Differ::default();
    let facts = facts("{}");
    assert_eq!(
        differ
            .sample(first, &facts, Machine::default(), at(0))
            .cpu_percent,
        None,
        "one reading is no rate"
    );
    differ
        .sample(second, &facts, Machine::default(), at(2))
        .cpu_percent
}

#[test]
fn cpu_follows_docker_stats() {
    let machine = 8_000_000_000; // 2 s on 4 cores
    assert_eq!(
        cpu(stats(0, 0, 0), stats(2, 2_000_000_000, machine)),
        Some(100.0),
        "one core busy"
    );
    assert_eq!(
        cpu(stats(0, 5, 0), stats(2, 5, machine)),
        Some(0.0),
        "idle is zero, not absent"
    );
    assert_eq!(
        cpu(stats(0, 9, 0), stats(2, 5, machine)),
        None,
        "a counter that went back"
    );
    assert_eq!(
        cpu(stats(0, 0, 10), stats(2, 5, 10)),
        None,
        "the machine's counter stood still"
    );
    let other = RawStats {
        origin: StatsOrigin::Cgroup,
        ..stats(2, 2_000_000_000, machine)
    };
    assert_eq!(
        cpu(stats(0, 0, 0), other),
        None,
        "another origin counts from another zero"
    );
    let blind = RawStats {
        online_cpus: None,
        ..stats(2, 5, machine)
    };
    assert_eq!(cpu(stats(0, 0, 0), blind), None);
}

#[test]
fn rates_are_per_second_and_absent_is_not_zero() {
    let mut differ = Differ::default();
    let facts = facts("{}");
    differ.sample(stats(0, 0, 0), &facts, Machine::default(), at(0));
    let sample = differ.sample(stats(4, 1, 1), &facts, Machine::default(), at(9));
    assert_eq!(
        (sample.network_rx_bytes_per_s, sample.network_tx_bytes_per_s),
        (Some(100.0), Some(0.0))
    );
    assert_eq!(
        (
            sample.block_read_bytes_per_s,
            sample.block_write_bytes_per_s
        ),
        (None, Some(50.0))
    );
    assert_eq!(
        (sample.at, sample.memory_bytes, sample.pids),
        (at(9), Some(1_000), Some(3))
    );
    let same_moment = differ.sample(stats(4, 2, 2), &facts, Machine::default(), at(10));
    assert_eq!(same_moment.network_rx_bytes_per_s, None);
}

#[test]
fn a_restart_drops_the_difference() {
    let mut differ = Differ::default();
    differ.sample(stats(0, 0, 0), &facts("{}"), Machine::default(), at(0));
    let restarted = facts(r#"{"started_at":"2024-01-01T00:00:01Z"}"#);
    let sample = differ.sample(stats(2, 1, 1), &restarted, Machine::default(), at(2));
    assert_eq!(
        (sample.cpu_percent, sample.network_rx_bytes_per_s),
        (None, None)
    );
    assert!(
        differ
            .sample(stats(4, 2, 2), &restarted, Machine::default(), at(4))
            .cpu_percent
            .is_some()
    );
    let mut differ = Differ::default();
    differ.sample(
        stats(0, 0, 0),
        &facts(r#"{"started_at":null}"#),
        Machine::default(),
        at(0),
    );
    let inspected = differ.sample(stats(2, 1, 1), &facts("{}"), Machine::default(), at(2));
    assert!(
        inspected.cpu_percent.is_some(),
        "an inspection between two readings is no restart"
    );
}

#[test]
fn a_shared_network_namespace_is_not_counted_twice() {
    for (mode, counted) in [
        ("bridge", true),
        ("hub_default", true),
        ("", true),
        ("host", false),
        ("container:abc", false),
    ] {
        let facts = facts(&format!(r#"{{"network_mode":"{mode}"}}"#));
        let mut differ = Differ::default();
        differ.sample(stats(0, 0, 0), &facts, Machine::default(), at(0));
        let sample = differ.sample(stats(2, 1, 1), &facts, Machine::default(), at(2));
        assert_eq!(sample.network_rx_bytes_per_s.is_some(), counted, "{mode}");
    }
}

#[test]
fn what_the_machine_cannot_do_is_absent() {
    let machine = Machine {
        memory_bytes: Some(10_000),
        cpus: Some(4),
    };
    let limited = facts(
        r#"{"limits":{"memory_bytes":500,"memory_reservation_bytes":null,"cpus":null,"pids":null}}"#,
    );
    let free = facts("{}");
    let memory = |used: u64, facts: &InstanceFacts, machine: Machine| {
        let stats = RawStats {
            memory_bytes: Some(used),
            ..stats(0, 0, 0)
        };
        Differ::default()
            .sample(stats, facts, machine, at(0))
            .memory_bytes
    };
    assert_eq!(memory(10_000, &free, machine), Some(10_000));
    assert_eq!(memory(10_001, &free, machine), None);
    assert_eq!(memory(10_001, &free, Machine::default()), Some(10_001));
    assert_eq!(
        (
            memory(501, &limited, machine),
            memory(1_002, &limited, machine)
        ),
        (Some(501), None)
    );
}

#[test]
fn a_rate_that_the_machine_cannot_do_is_absent() {
    let machine = Machine {
        memory_bytes: Some(10_000),
        cpus: Some(4),
    };
    let free = facts("{}");
    let jump = |origin: StatsOrigin, cpu_ns: u64, machine: Machine| {
        let mut differ = Differ::default();
        let of = |stats: RawStats| RawStats { origin, ..stats };
        differ.sample(of(stats(0, 0, 0)), &free, machine, at(0));
        differ
            .sample(of(stats(2, cpu_ns, 8_000_000_000)), &free, machine, at(2))
            .cpu_percent
    };
    assert_eq!(jump(StatsOrigin::Api, 8_000_000_000, machine), Some(400.0));
    assert_eq!(
        jump(StatsOrigin::Api, i64::MAX.unsigned_abs(), machine),
        None
    );
    assert_eq!(
        jump(
            StatsOrigin::Api,
            i64::MAX.unsigned_abs(),
            Machine::default()
        ),
        None
    );
    assert_eq!(
        jump(StatsOrigin::Cgroup, i64::MAX.unsigned_abs(), machine),
        None
    );

    let mut differ = Differ::default();
    differ.sample(stats(0, 0, 0), &free, machine, at(0));
    let odd = RawStats {
        network_rx_bytes: Some(1 << 62),
        ..stats(2, 1, 1)
    };
    let sample = differ.sample(odd, &free, machine, at(2));
    assert_eq!(
        (
            sample.network_rx_bytes_per_s,
            sample.block_write_bytes_per_s
        ),
        (None, Some(50.0))
    );
}

#[test]
fn counters_that_go_back_cost_their_own_rate() {
    let mut differ = Differ::default();
    let facts = facts("{}");
    differ.sample(stats(2, 0, 0), &facts, Machine::default(), at(0));
    let odd = RawStats {
        network_rx_bytes: Some(7),
        ..stats(4, 1, 1)
    };
    let sample = differ.sample(odd, &facts, Machine::default(), at(2));
    assert_eq!(
        (sample.network_rx_bytes_per_s, sample.network_tx_bytes_per_s),
        (None, Some(0.0))
    );
    assert!(sample.cpu_percent.is_some() && sample.block_write_bytes_per_s.is_some());
}

#[test]
fn the_machine_is_no_limit() {
    let limited = facts(
        r#"{"limits":{"memory_bytes":500,"memory_reservation_bytes":null,"cpus":null,"pids":null}}"#,
    );
    let free = facts("{}");
    for (told, facts, host, expected) in [
        (Some(8_000), &free, Some(8_000), None),
        (Some(7_000), &free, Some(8_000), Some(7_000)),
        (Some(8_000), &free, None, None),
        (None, &free, Some(8_000), None),
        (Some(500), &limited, None, Some(500)),
        (None, &limited, Some(8_000), Some(500)),
        (None, &limited, Some(400), None),
    ] {
        assert_eq!(
            memory_limit(told, facts, host),
            expected,
            "{told:?} {host:?}"
        );
    }
}
