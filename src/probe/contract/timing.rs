//! The contract of timing: what each part of a request took, as far as it came to its end.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use super::{Manner, nowhere, probe, probe_with, serve, spec, target};
use crate::model::{ProbeKind, ProbeOutcome, ProbePhases, ProbeSpec};
use crate::probe::Prober;
use crate::probe::resolver::Resolver;
use crate::probe::tls_client::Tls;

use ProbeOutcome::Success;

fn milliseconds(phases: Option<ProbePhases>) -> [Option<f32>; 4] {
    let phases = phases.expect("phases");
    [
        phases.dns_ms,
        phases.connect_ms,
        phases.tls_ms,
        phases.first_byte_ms,
    ]
}

#[tokio::test]
async fn the_parts_are_timed_as_far_as_they_go() {
    let late = serve(Manner::Late(200)).await;
    let report = probe(spec(ProbeKind::Http), vec![late.to_string()])
        .await
        .expect("a report");
    let [None, Some(connect), None, Some(first_byte)] = milliseconds(report.phases) else {
        panic!(
            "an address has no look-up, plain HTTP no TLS: {:?}",
            report.phases
        );
    };
    assert!(
        connect < 150.0 && first_byte >= 199.0,
        "{:?}",
        report.phases
    );
}

#[tokio::test]
async fn a_look_up_is_timed_apart_from_the_rest() {
    let late = serve(Manner::Late(200)).await;
    let gate = Arc::new(Semaphore::new(0));
    let resolver = Resolver::behind(gate.clone());
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(150)).await;
        gate.close();
    });
    let prober = Prober::with(Tls::own().expect("TLS"), resolver).expect("a prober");
    let url = Some(format!("http://slow.example:{}/", late.port()));
    let named = target(
        ProbeSpec {
            url,
            ..spec(ProbeKind::Http)
        },
        Vec::new(),
    );
    let report = probe_with(&prober, &named).await.expect("a report");
    assert_eq!(report.outcome, Success, "{}", report.message());
    let [Some(dns), Some(connect), None, Some(first_byte)] = milliseconds(report.phases) else {
        panic!("no look-up in {:?}", report.phases);
    };
    assert!(
        dns >= 140.0 && connect < 150.0 && first_byte >= 199.0,
        "{:?}",
        report.phases
    );
    let total = report
        .latency
        .map(|latency| latency.as_secs_f32() * 1_000.0)
        .unwrap_or_default();
    assert!(
        (total - dns - connect - first_byte).abs() < 100.0,
        "{total} is not the sum of {:?}",
        report.phases
    );
}

#[tokio::test]
async fn what_does_not_end_is_not_timed() {
    let silent = serve(Manner::Silent).await.to_string();
    let report = probe(spec(ProbeKind::Http), vec![silent.clone()])
        .await
        .expect("a report");
    assert!(
        matches!(milliseconds(report.phases), [None, Some(_), None, None]),
        "{:?}",
        report.phases
    );
    let report = probe(
        ProbeSpec {
            tls: true,
            ..spec(ProbeKind::Http)
        },
        vec![silent],
    )
    .await
    .expect("a report");
    assert_eq!(report.message(), "no end of the TLS handshake within 1 s");
    assert!(
        matches!(milliseconds(report.phases), [None, Some(_), None, None]),
        "{:?}",
        report.phases
    );
    let report = probe(spec(ProbeKind::Http), vec![nowhere().await])
        .await
        .expect("a report");
    assert_eq!(
        milliseconds(report.phases),
        [None; 4],
        "nothing came to its end"
    );
}
