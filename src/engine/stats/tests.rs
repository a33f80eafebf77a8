use proptest::prelude::*;

use super::*;
use crate::engine::fields::UnreadPaths;
use crate::engine::mutation::{mutated, odd_value};

fn read(json: &str) -> Option<RawStats> {
    let unread = UnreadPaths::default();
    super::read(
        &JsonFields::of(json, &unread).expect("an object"),
        Timestamp::UNIX_EPOCH,
    )
}

#[test]
fn figures_follow_docker_stats() {
    let stats = read(
        r#"{"read":"2024-05-06T07:08:09.5Z","pids_stats":{"current":7},
        "blkio_stats":{"io_service_bytes_recursive":[{"op":"Read","value":10},{"op":"read","value":5},
          {"op":"Write","value":3},{"op":"Total","value":18}]},
        "cpu_stats":{"cpu_usage":{"total_usage":900,"percpu_usage":[1,2,3]},"system_cpu_usage":5000,"online_cpus":0},
        "memory_stats":{"usage":1000,"limit":4000,"stats":{"total_inactive_file":100,"inactive_file":50}},
        "networks":{"eth0":{"rx_bytes":1,"tx_bytes":2},"eth1":{"rx_bytes":10,"tx_bytes":20}}}"#,
    )
    .expect("figures");
    assert_eq!(
        (stats.cpu_ns, stats.system_ns, stats.online_cpus),
        (Some(900), Some(5000), Some(3))
    );
    assert_eq!(
        (stats.memory_bytes, stats.memory_limit_bytes),
        (Some(900), Some(4000))
    );
    assert_eq!(
        (stats.network_rx_bytes, stats.network_tx_bytes),
        (Some(11), Some(22))
    );
    assert_eq!(
        (stats.block_read_bytes, stats.block_write_bytes),
        (Some(15), Some(3))
    );
    assert_eq!(stats.pids, Some(7));
    assert_eq!(stats.at.to_string(), "2024-05-06T07:08:09.5Z");
}

#[test]
fn what_is_not_told_is_absent() {
    let bare = read(
        r#"{"read":"2024-05-06T07:08:09Z","blkio_stats":{"io_service_bytes_recursive":null}}"#,
    );
    let bare = bare.expect("a reading");
    assert_eq!(
        (bare.cpu_ns, bare.memory_bytes, bare.network_rx_bytes),
        (None, None, None)
    );
    assert_eq!(
        (bare.block_read_bytes, bare.pids, bare.online_cpus),
        (None, None, None)
    );
    assert_eq!(
        read(r#"{"read":"0001-01-01T00:00:00Z","cpu_stats":{"cpu_usage":{"total_usage":0}}}"#),
        None
    );
    assert_eq!(working_set(10, Some(10), None), Some(10));
    assert_eq!(working_set(10, None, None), Some(10));
}

/// Memory as it is read beside figures that are well; those must stay.
fn memory(json: &str) -> (Option<u64>, Option<u64>) {
    let stats = read(&format!(
        r#"{{"read":"2024-05-06T07:08:09Z","memory_stats":{json},"pids_stats":{{"current":7}},
        "cpu_stats":{{"cpu_usage":{{"total_usage":900}}}}}}"#
    ));
    let stats = stats.expect("a reading");
    assert_eq!((stats.cpu_ns, stats.pids), (Some(900), Some(7)), "{json}");
    (stats.memory_bytes, stats.memory_limit_bytes)
}

#[test]
fn memory_that_cannot_be_is_absent() {
    for (json, expected) in [
        // Four bytes below zero, as the kernel writes it.
        (
            r#"{"usage":18446744073709551612,"stats":{"inactive_file":10485760},"limit":104857600}"#,
            (None, Some(104_857_600)),
        ),
        (r#"{"usage":300,"limit":100}"#, (None, Some(100))),
        (r#"{"usage":101,"limit":100}"#, (Some(101), Some(100))),
        (
            r#"{"usage":100,"stats":{"inactive_file":500},"limit":200}"#,
            (Some(100), Some(200)),
        ),
        (
            r#"{"usage":100,"stats":{"inactive_file":18446744073709551612}}"#,
            (Some(100), None),
        ),
        (
            r#"{"usage":100,"stats":{"inactive_file":-4}}"#,
            (Some(100), None),
        ),
        (r#"{"usage":100,"stats":null}"#, (Some(100), None)),
        (r#"{"usage":100,"stats":[1]}"#, (Some(100), None)),
        (
            r#"{"usage":100,"limit":18446744073709551615}"#,
            (Some(100), None),
        ),
        (r#"{"usage":100,"limit":0}"#, (Some(100), None)),
        (r#"{"usage":100,"limit":-1}"#, (Some(100), None)),
        (r#"{"usage":100,"limit":"9"}"#, (Some(100), None)),
        (r#"{"usage":-4,"limit":200}"#, (None, Some(200))),
        (r#"{"usage":1.5,"limit":200}"#, (None, Some(200))),
        (r#"{"usage":"100","limit":200}"#, (None, Some(200))),
        (
            r#"{"usage":18446744073709551616,"limit":200}"#,
            (None, Some(200)),
        ),
        ("null", (None, None)),
        ("7", (None, None)),
    ] {
        assert_eq!(memory(json), expected, "{json}");
    }
}

/// What of an answer is replaced, by what, and which figures are unknown then.
const ODD_FIGURES: &[(&str, &str, &str)] = &[
    (r#""cpu_stats":{"#, r#""cpu_stats":null,"x":{"#, "cpu"),
    (r#""cpu_stats":{"#, r#""cpu_stats":[],"x":{"#, "cpu"),
    (r#""total_usage":900"#, r#""total_usage":-1"#, "cpu"),
    (
        r#""memory_stats":{"#,
        r#""memory_stats":null,"x":{"#,
        "memory",
    ),
    (r#""networks":{"#, r#""networks":null,"x":{"#, "rx tx"),
    (r#""networks":{"#, r#""networks":7,"x":{"#, "rx tx"),
    (r#"{"rx_bytes":1,"#, r#"{"rx_bytes":"1","#, "rx"),
    (r#""eth0":{"#, r#""eth1":null,"eth0":{"#, "rx tx"),
    (
        r#""tx_bytes":2}"#,
        r#""tx_bytes":9e18},"b":{"rx_bytes":1,"tx_bytes":1}"#,
        "tx",
    ),
    (
        r#""blkio_stats":{"#,
        r#""blkio_stats":null,"x":{"#,
        "read written",
    ),
    (r#""value":5"#, r#""value":18446744073709551615"#, "read"),
    (r#""op":"read""#, r#""op":7"#, "read written"),
    (
        r#""current":7"#,
        r#""current":18446744073709551615"#,
        "pids",
    ),
    (r#""read":"2024-05-06T07:08:09Z""#, r#""read":7"#, ""),
];

#[test]
fn each_figure_is_unknown_by_itself() {
    let whole = r#"{"read":"2024-05-06T07:08:09Z","pids_stats":{"current":7},
        "blkio_stats":{"io_service_bytes_recursive":[{"op":"read","value":5},{"op":"write","value":3}]},
        "cpu_stats":{"cpu_usage":{"total_usage":900},"system_cpu_usage":5000,"online_cpus":2},
        "memory_stats":{"usage":1000,"limit":4000},"networks":{"eth0":{"rx_bytes":1,"tx_bytes":2}}}"#;
    let told = |stats: &RawStats| {
        let some = [
            ("cpu", stats.cpu_ns.is_some()),
            ("memory", stats.memory_bytes.is_some()),
            ("rx", stats.network_rx_bytes.is_some()),
            ("tx", stats.network_tx_bytes.is_some()),
            ("read", stats.block_read_bytes.is_some()),
            ("written", stats.block_write_bytes.is_some()),
            ("pids", stats.pids.is_some()),
        ];
        some.into_iter()
            .filter(|(_, some)| !some)
            .map(|(name, _)| name)
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(told(&read(whole).expect("a reading")), "");
    for &(from, to, missing) in ODD_FIGURES {
        let json = whole.replace(from, to);
        assert_ne!(json, whole, "{from}");
        assert_eq!(told(&read(&json).expect("a reading")), missing, "{to}");
    }
    assert_eq!(
        read(r#"{"cpu_stats":{"cpu_usage":{"total_usage":1},"online_cpus":4000000000}}"#)
            .and_then(|stats| stats.online_cpus),
        None
    );
}

proptest! {
    #[test]
    fn any_value_anywhere_costs_what_it_is_part_of(place in any::<prop::sample::Index>(), odd in odd_value()) {
        let json = r#"{"read":"2024-05-06T07:08:09Z","pids_stats":{"current":7},
            "blkio_stats":{"io_service_bytes_recursive":[{"op":"read","value":5},{"op":"write","value":3}]},
            "cpu_stats":{"cpu_usage":{"total_usage":900,"percpu_usage":[1]},"system_cpu_usage":5000,"online_cpus":2},
            "memory_stats":{"usage":1000,"limit":4000,"stats":{"inactive_file":10}},
            "networks":{"eth0":{"rx_bytes":1,"tx_bytes":2}}}"#;
        let whole = read(json).expect("a reading");
        let unread = UnreadPaths::default();
        let odd_json = mutated(json, place, &odd);
        let Some(fields) = JsonFields::of(&odd_json, &unread) else { return Ok(()) };
        let Some(stats) = super::read(&fields, Timestamp::UNIX_EPOCH) else {
            // Without a time and without figures: the whole was replaced by an empty object.
            return Ok(());
        };
        let figures = |stats: &RawStats| {
            [
                stats.cpu_ns,
                stats.system_ns,
                stats.memory_bytes,
                stats.memory_limit_bytes,
                stats.network_rx_bytes,
                stats.network_tx_bytes,
                stats.block_read_bytes,
                stats.block_write_bytes,
                stats.pids,
            ]
        };
        let pairs = figures(&stats).into_iter().zip(figures(&whole));
        let others = pairs.filter(|(odd, whole)| odd != whole).count();
        prop_assert!(others <= 2, "{} of one odd value {}: {:?}", others, odd, stats);
        prop_assert!(figures(&stats).into_iter().flatten().all(|figure| figure <= 5_000), "{:?}", stats);
    }
}
