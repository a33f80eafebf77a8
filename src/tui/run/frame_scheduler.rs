//! When the next frame is due.

use std::time::Duration;

use tokio::time::Instant;

/// Least time between two frames that only data asked for. A key draws at once.
const DATA_FRAME: Duration = Duration::from_millis(100);

/// Least time before a frame for a change of state; snapshots themselves come at most every 100 ms.
const STATE_FRAME: Duration = Duration::from_millis(15);

/// Bytes a second that frames may cost which only measurements asked for: 12 kB a minute.
const MEASURED_BYTES_PER_S: f64 = 200.0;

/// Longest time a measurement waits for its frame.
const MEASURED_MAX: Duration = Duration::from_secs(10);

/// When the next frame is due.
pub struct FrameScheduler {
    last: Instant,
    due: Option<Instant>,
    /// When the clock alone changes what is shown: a message goes, an age grows.
    tick: Option<Instant>,
    /// Until when frames for measurements are paid for.
    paid_until: Instant,
    /// Whether nothing but measurements asked for the next frame.
    only_measured: bool,
}

impl FrameScheduler {
    /// Nothing is due yet.
    pub fn new() -> Self {
        let now = Instant::now();
        Self {
            last: now,
            due: None,
            tick: None,
            paid_until: now,
            only_measured: true,
        }
    }

    /// A key or a click: at once.
    pub fn now(&mut self) {
        self.due = Some(Instant::now());
        self.only_measured = false;
    }

    /// A change of state: as soon as frames for data may follow one another.
    pub fn soon(&mut self) {
        self.at(self.last + STATE_FRAME);
        self.only_measured = false;
    }

    /// Numbers changed: as soon as the budget of bytes allows.
    pub fn measured(&mut self) {
        self.at(self.paid_until.max(self.last + DATA_FRAME));
    }

    fn at(&mut self, when: Instant) {
        self.due = Some(self.due.map_or(when, |due| due.min(when)));
    }

    /// When to wake.
    pub fn next(&self) -> Option<Instant> {
        self.due.into_iter().chain(self.tick).min()
    }

    /// Whether a frame is due now.
    pub fn is_due(&self) -> bool {
        self.next().is_some_and(|due| due <= Instant::now())
    }

    /// A frame of `bytes` was drawn; the clock alone asks for another one after `tick`.
    pub fn drawn(&mut self, bytes: usize, tick: Option<Duration>) {
        self.last = Instant::now();
        if self.only_measured {
            #[allow(clippy::cast_precision_loss)] // far below 2^53
            let seconds = bytes as f64 / MEASURED_BYTES_PER_S;
            self.paid_until = self.last + Duration::from_secs_f64(seconds).min(MEASURED_MAX);
        }
        self.due = None;
        self.only_measured = true;
        self.tick = tick.map(|wait| self.last + wait);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn keys_draw_at_once_states_soon_and_measurements_within_the_budget() {
        let mut scheduler = FrameScheduler::new();
        let start = Instant::now();
        scheduler.measured();
        tokio::time::advance(DATA_FRAME).await;
        assert!(scheduler.is_due());
        scheduler.drawn(1000, None);
        assert_eq!(scheduler.next(), None);

        scheduler.measured();
        let wait = scheduler.next().unwrap() - Instant::now();
        assert_eq!(wait, Duration::from_secs(5), "1000 bytes at 200 a second");
        scheduler.soon();
        assert_eq!(
            scheduler.next().unwrap() - Instant::now(),
            STATE_FRAME,
            "a state does not wait for it"
        );
        scheduler.now();
        assert!(scheduler.is_due());
        scheduler.drawn(4000, Some(Duration::from_secs(9)));
        scheduler.measured();
        assert_eq!(
            scheduler.next().unwrap() - start,
            DATA_FRAME + Duration::from_secs(5),
            "a key's frame is free"
        );

        tokio::time::advance(Duration::from_secs(5)).await;
        scheduler.drawn(1_000_000, None);
        scheduler.measured();
        assert_eq!(
            scheduler.next().unwrap() - Instant::now(),
            MEASURED_MAX,
            "but never longer than this"
        );
    }
}
