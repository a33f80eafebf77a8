//! Samples of load, memory and rates.

use std::sync::Arc;
use std::time::Duration;

use hubdeck::collect::stats::SamplingOptions;
use hubdeck::model::{Feature, Focus, InstanceFacts, Observation, Snapshot};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use super::{PATIENCE, Sim, find};

#[tokio::test]
async fn samples_come_with_rates_and_refusals_once() {
    let sim = Sim::shop().await;
    let (engine, _) = sim.connect().await;
    let web = engine
        .inspect(&find(&engine, "shop-web-1").await.id)
        .await
        .unwrap()
        .unwrap();
    let (link, engine_link) = watch::channel(Some(engine));
    let (_snapshots, snapshot) = watch::channel(Arc::new(snapshot_of(&web)));
    let (_focus, focus) = watch::channel(Focus {
        instances: vec![web.id.clone()],
    });
    let (_options, options) = watch::channel(SamplingOptions::default());
    let (out, mut news) = mpsc::channel(16);
    tokio::spawn(hubdeck::collect::stats::run(
        engine_link,
        snapshot,
        focus,
        options,
        watch::Sender::new(false),
        out,
    ));
    let mut next = async || timeout(PATIENCE, news.recv()).await.unwrap().unwrap();
    let Observation::Sampled { instance, sample } = next().await else {
        panic!("no sample")
    };
    assert_eq!((instance, sample.cpu_percent), (web.id.clone(), None));
    assert!(sample.memory_bytes > Some(1 << 20));
    let Observation::Sampled { sample, .. } = next().await else {
        panic!("no second sample")
    };
    let cpu = sample.cpu_percent.expect("the second reading gives a rate");
    assert!((1.0..400.0).contains(&cpu), "{cpu}");
    assert!(sample.network_rx_bytes_per_s.is_some());

    sim.control.forbid("/containers/*/stats");
    let refused = loop {
        if let Observation::Refused { feature, reason } = next().await {
            break (feature, reason.is_some());
        }
    };
    assert_eq!(refused, (Feature::Stats, true));
    let before = sim.calls("GET /containers/{id}/stats");
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert_eq!(
        sim.calls("GET /containers/{id}/stats"),
        before,
        "what is refused is not asked again"
    );
    drop(link);
}

pub fn snapshot_of(facts: &InstanceFacts) -> Snapshot {
    use hubdeck::model::*;
    let now = Timestamp::now();
    let service = Service {
        layer: LayerAssignment::of(Layer::App, LayerOrigin::Default, 50, ""),
        health: Health {
            state: HealthState::Healthy,
            since: now,
            precision: SincePrecision::Exact,
            reason: hubdeck::model::Reason::NotChecked,
            overlays: Vec::new(),
            blocked_by: Vec::new(),
            missed_by: Vec::new(),
            docker: None,
            probe: None,
        },
        instances: vec![Instance {
            facts: Arc::new(facts.clone()),
            sample: None,
            series: Arc::default(),
            probe: None,
        }],
        ..Service::unknown(facts.stack.clone(), facts.service.clone(), now)
    };
    Snapshot {
        services: vec![Arc::new(service)],
        ..Snapshot::empty(now)
    }
}
