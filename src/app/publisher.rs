//! The one task that owns the store: drains observations, publishes snapshots.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use crate::model::{EngineStatus, Observation, Snapshot, Timestamp};
use crate::store::{Changed, Store};

/// Least time between two publications; the first change after a quiet moment goes out at once.
pub const PAUSE: Duration = Duration::from_millis(100);
/// How many times as long where nothing but figures was measured again: with many services some are all the
/// time.
const MEASURED: u32 = 5;
/// How often time itself may change the picture (start periods, results that stay away).
const TICK: Duration = Duration::from_secs(1);
/// Observations taken from the queue at once.
const BATCH: usize = 256;

/// Runs until every sender of `observations` is gone; two snapshots are at least `pause` apart.
pub async fn run(
    mut store: Store,
    mut observations: mpsc::Receiver<Observation>,
    snapshots: watch::Sender<Arc<Snapshot>>,
    pause: Duration,
) {
    // What was only measured again may wait longer.
    let pause = |changed: Changed| if changed == Changed::Measured { pause * MEASURED } else { pause };
    let mut batch = Vec::with_capacity(BATCH);
    let mut dirty = Changed::No;
    // The first picture waits for the first list, or for the word that there will be none: publishing
    // the mere connection just before would hold the services back for a pause.
    let mut first = true;
    let mut published = Instant::now();
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            count = observations.recv_many(&mut batch, BATCH) => {
                if count == 0 {
                    return;
                }
                let now = Timestamp::now();
                for observation in batch.drain(..) {
                    if first && opens_the_picture(&observation) {
                        published = now_less(pause(Changed::Yes));
                        first = false;
                    }
                    dirty = dirty.max(store.apply(observation, now));
                }
            }
            _ = tick.tick() => dirty = dirty.max(store.tick(Timestamp::now())),
            () = tokio::time::sleep_until(published + pause(dirty)), if dirty.is_yes() => {}
        }
        if dirty.is_yes() && published.elapsed() >= pause(dirty) {
            snapshots.send_replace(store.snapshot(Timestamp::now()));
            published = Instant::now();
            dirty = Changed::No;
        }
    }
}

fn opens_the_picture(observation: &Observation) -> bool {
    let lost = |status: &EngineStatus| matches!(status, EngineStatus::Lost { .. });
    match observation {
        Observation::Listed { .. } => true,
        Observation::Engine { status, .. } => lost(status),
        _ => false,
    }
}

fn now_less(pause: Duration) -> Instant {
    Instant::now().checked_sub(pause).unwrap_or_else(Instant::now)
}
