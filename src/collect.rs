//! The loops that feed the store: what runs, how much it uses, what it logs, whether it answers.
//! Knows: model, engine, probe, probing, logs.
//! Never: knows how the store keeps things, or a screen; never decides health.

use std::time::Duration;

use tokio::sync::{mpsc, watch};

use crate::engine::Engine;
use crate::model::{Feature, Observation};

pub mod backoff;
pub mod configuration;
pub mod connections;
pub mod disk;
pub mod engine;
pub mod evidence;
pub mod external;
pub mod host;
pub mod log_figures;
pub mod logs;
pub mod newer_images;
pub mod probes;
pub mod stats;

/// The engine, once one is connected; `None` when nobody reads `out` any more.
async fn connected(
    link: &mut watch::Receiver<Option<Engine>>,
    out: &mpsc::Sender<Observation>,
) -> Option<Engine> {
    tokio::select! {
        engine = link.wait_for(Option::is_some) => engine.ok()?.clone(),
        () = out.closed() => None,
    }
}

/// Takes the refusal of `feature` back; `None` when nobody reads `out` any more.
async fn permit(feature: Feature, out: &mpsc::Sender<Observation>) -> Option<()> {
    let reason = None;
    out.send(Observation::Refused { feature, reason })
        .await
        .ok()
}

/// Where in a turn of `every` something with `id` stands, so that not all are due at once; the same
/// for the same id.
fn spread(id: &str, every: Duration) -> Duration {
    let hash = id.bytes().fold(2_166_136_261_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(16_777_619)
    });
    every.mul_f64(f64::from(hash % 1_000) / 1_000.0)
}
