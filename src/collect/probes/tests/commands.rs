//! Commands as probes: what needs no engine.

use super::*;
use crate::collect::probes::exec;
use crate::model::ProbeTarget;

fn target(origin: ProbeOrigin) -> ProbeTarget {
    ProbeTarget {
        service: "hub/db".into(),
        instance: Some("db".into()),
        spec: ProbeSpec {
            command: vec!["check".into(), "--password=hunter2".into()].into(),
            ..ProbeSpec::new(ProbeKind::Exec, 0, origin)
        },
        addresses: Vec::new(),
        certificate_addresses: Vec::new(),
    }
}

#[tokio::test]
async fn hubdecks_own_blindness_says_nothing_of_the_service() {
    for (read_only, words) in [
        (
            true,
            "not checked: hubdeck is read-only and runs no commands",
        ),
        (false, "not checked: the engine does not answer"),
    ] {
        let report = exec::check(None, read_only, &target(ProbeOrigin::Config))
            .await
            .expect("a report");
        assert_eq!(
            (
                report.outcome,
                crate::explain::finding(&report.finding).as_str()
            ),
            (ProbeOutcome::Inconclusive, words)
        );
        assert_eq!(report.target, "exec: check", "arguments may hold secrets");
    }
    for origin in [
        ProbeOrigin::Label,
        ProbeOrigin::Healthcheck,
        ProbeOrigin::Catalog,
        ProbeOrigin::Port,
    ] {
        assert_eq!(
            exec::check(None, true, &target(origin)).await,
            None,
            "{origin:?}"
        );
    }
}
