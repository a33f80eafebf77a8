//! The metrics of small snapshots, read by a small parser of both formats.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{MetricsFormat, metrics};
use crate::model::{
    EngineStatus, HealthState, Instance, InstanceFacts, InstanceId, InstanceState, OperationCounts,
    OperationResult, Overlay, ProbeDurations, Sample, Service, ServiceName, Snapshot, Timestamp,
};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).expect("a time")
}

fn container(id: &str, name: &str, state: InstanceState, cpu: Option<f64>) -> Instance {
    let facts = InstanceFacts {
        state,
        inspected: true,
        restarts: 3,
        ..InstanceFacts::unknown(InstanceId::from(id), name, None, ServiceName::from("db"))
    };
    Instance {
        facts: Arc::new(facts),
        sample: cpu.map(|cpu| Sample {
            cpu_percent: Some(cpu),
            memory_bytes: Some(1 << 20),
            ..Sample::empty(at(1))
        }),
        series: Arc::default(),
        probe: None,
    }
}

/// A database that is broken, in the middle of being replaced, and whose names need escaping.
fn snapshot() -> Snapshot {
    let mut db = Service::unknown(Some("h\"ub".into()), ServiceName::from("d\\b\n"), at(0));
    db.health.state = HealthState::Unhealthy;
    db.health.overlays = vec![Overlay::Blocked];
    db.health.blocked_by = vec!["hub/cache".into()];
    let old = "0123456789ab_hub-db-1";
    db.instances = vec![
        container("a", old, InstanceState::Exited, None),
        container("b", "hub-db-1", InstanceState::Running, Some(150.0)),
    ];
    let mut durations = ProbeDurations::default();
    durations.observe(3.0);
    durations.observe(30_000.0);
    db.probe_durations = Arc::new(durations);
    let alone = Service::unknown(None, ServiceName::from("alone"), at(0));
    let mut counts = OperationCounts::default();
    counts.add("restart", OperationResult::Failed);
    counts.add("up", OperationResult::Succeeded);
    let mut snapshot = Snapshot::empty(at(1_700_000_000));
    snapshot.engine.status = EngineStatus::Connected { since: at(0) };
    snapshot.engine.poll_ms = Some(12.5);
    snapshot.operation_counts = Arc::new(counts);
    snapshot.services = vec![Arc::new(alone), Arc::new(db)];
    snapshot
}

/// A family as it is described, with its series and their values.
#[derive(Debug, Default)]
struct Family {
    word: String,
    unit: Option<String>,
    has_help: bool,
    series: Vec<(String, String)>,
}

/// Reads metrics; fails on whatever either format forbids.
fn parse(text: &str, format: MetricsFormat) -> BTreeMap<String, Family> {
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    let mut current = String::new();
    let mut seen = BTreeSet::new();
    for line in text.lines() {
        assert!(
            !line.contains("# EOF") || text.ends_with("\n# EOF\n"),
            "{line}"
        );
        if let Some(description) = line.strip_prefix("# ") {
            let Some((word, rest)) = description.split_once(' ') else {
                assert_eq!(description, "EOF");
                continue;
            };
            let (name, rest) = rest.split_once(' ').expect("a name and what follows");
            if name != current {
                assert!(!families.contains_key(name), "{name} is described twice");
                current = name.to_owned();
            }
            let family = families.entry(current.clone()).or_default();
            match word {
                "HELP" => family.has_help = rest.ends_with('.'),
                "TYPE" => family.word = rest.to_owned(),
                "UNIT" => family.unit = Some(rest.to_owned()),
                other => panic!("{other} in {line}"),
            }
            continue;
        }
        let (series, value) = line.rsplit_once(' ').expect("a series and its value");
        assert!(value.parse::<f64>().is_ok(), "{line}");
        assert!(seen.insert(series.to_owned()), "{series} is there twice");
        let name = series.split('{').next().unwrap_or_default();
        let family = families.get_mut(&current).expect("a description before it");
        let suffixes: &[&str] = match (family.word.as_str(), format) {
            ("histogram", _) => &["_bucket", "_sum", "_count"],
            ("counter", MetricsFormat::OpenMetrics) => &["_total"],
            ("info", _) => &["_info"],
            _ => &[""],
        };
        let is_of_family = |suffix: &&str| name == format!("{current}{suffix}");
        assert!(suffixes.iter().any(is_of_family), "{line}");
        family.series.push((series.to_owned(), value.to_owned()));
    }
    families
}

#[test]
fn every_family_is_well_formed_in_both_formats() {
    for format in [MetricsFormat::Prometheus, MetricsFormat::OpenMetrics] {
        let families = parse(&metrics(&snapshot(), format), format);
        assert!(families.len() >= 14, "{families:?}");
        for (name, family) in &families {
            assert!(family.has_help && !family.series.is_empty(), "{name}");
            let bare = name.strip_suffix("_total").unwrap_or(name);
            assert!(name.starts_with("hubdeck_"), "{name}");
            if format == MetricsFormat::Prometheus {
                assert_eq!(family.word == "counter", name != bare, "{name}");
            }
            if let Some(unit) = &family.unit {
                assert!(name.ends_with(&format!("_{unit}")), "{name} in {unit}");
            }
        }
    }
}

#[test]
fn values_are_in_base_units_and_labels_escaped() {
    let text = metrics(&snapshot(), MetricsFormat::Prometheus);
    let labels = r#"{stack="h\"ub",service="d\\b\n""#;
    for line in [
        "hubdeck_engine_up 1".to_owned(),
        "hubdeck_poll_duration_seconds 0.0125".to_owned(),
        "hubdeck_start_time_seconds 1700000000".to_owned(),
        format!("hubdeck_service_health{labels},state=\"unhealthy\"}} 1"),
        format!("hubdeck_service_health{labels},state=\"healthy\"}} 0"),
        "hubdeck_service_health{service=\"alone\",state=\"unknown\"} 1".to_owned(),
        format!("hubdeck_service_blocked{labels},root=\"hub/cache\"}} 1"),
        format!("hubdeck_service_overlay{labels},overlay=\"blocked\"}} 1"),
        format!("hubdeck_container_cpu_ratio{labels},container=\"hub-db-1\"}} 1.5"),
        format!(
            "hubdeck_container_memory_working_set_bytes{labels},container=\"hub-db-1\"}} 1048576"
        ),
        format!("hubdeck_container_restarts_total{labels},container=\"hub-db-1\"}} 3"),
        format!("hubdeck_probe_duration_seconds_bucket{labels},le=\"0.0025\"}} 0"),
        format!("hubdeck_probe_duration_seconds_bucket{labels},le=\"0.005\"}} 1"),
        format!("hubdeck_probe_duration_seconds_bucket{labels},le=\"1.0\"}} 1"),
        format!("hubdeck_probe_duration_seconds_bucket{labels},le=\"+Inf\"}} 2"),
        format!("hubdeck_probe_duration_seconds_count{labels}}} 2"),
        "hubdeck_actions_total{action=\"restart\",result=\"failed\"} 1".to_owned(),
        "hubdeck_actions_total{action=\"restart\",result=\"succeeded\"} 0".to_owned(),
        "hubdeck_actions_total{action=\"up\",result=\"succeeded\"} 1".to_owned(),
    ] {
        assert!(text.lines().any(|each| each == line), "{line}\n{text}");
    }
    // Neither the id of a container nor what is not known.
    assert!(!text.contains("0123456789ab"), "{text}");
    assert!(!text.contains("hubdeck_probe_success"), "{text}");
    assert!(!text.contains("hubdeck_own_"), "{text}");
}

#[test]
fn open_metrics_names_units_and_ends() {
    let text = metrics(&snapshot(), MetricsFormat::OpenMetrics);
    for part in [
        "# TYPE hubdeck_build info\n",
        "\nhubdeck_build_info{version=\"",
        "# TYPE hubdeck_actions counter\n",
        "# UNIT hubdeck_probe_duration_seconds seconds\n",
        "# UNIT hubdeck_container_cpu_ratio ratio\n",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(text.ends_with("\n# EOF\n"));
}

#[test]
fn what_is_gone_or_lost_has_no_series() {
    let mut snapshot = snapshot();
    snapshot.engine.status = EngineStatus::Lost {
        since: at(0),
        error: "refused".to_owned(),
        retry_at: at(9),
    };
    let lost = metrics(&snapshot, MetricsFormat::Prometheus);
    assert!(lost.contains("hubdeck_engine_up 0\n"));
    assert!(
        lost.contains("hubdeck_service_health"),
        "the last known state"
    );
    assert!(!lost.contains("hubdeck_container_cpu_ratio"));
    snapshot.services.clear();
    let gone = metrics(&snapshot, MetricsFormat::Prometheus);
    assert!(!gone.contains("stack="), "{gone}");
}
