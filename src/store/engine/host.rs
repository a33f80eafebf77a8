//! How busy the engine's host is, with a short history.

use super::EngineState;
use crate::model::{HostUse, HostView, Timestamp};
use crate::store::dirty::Changed;

/// Readings since the last point of the history.
#[derive(Debug, Default)]
pub(in crate::store) struct HostMean {
    /// When the first of them was taken.
    since: Option<Timestamp>,
    sum: f64,
    count: u32,
}

impl HostMean {
    /// Takes a reading in; the mean once the point is complete.
    fn take(&mut self, at: Timestamp, percent: f64) -> Option<f64> {
        let since = *self.since.get_or_insert(at);
        self.sum += percent;
        self.count += 1;
        if at.duration_since(since).as_secs() < HostView::POINT_SECONDS {
            return None;
        }
        let mean = self.sum / f64::from(self.count);
        *self = Self {
            since: Some(at),
            ..Self::default()
        };
        Some(mean)
    }
}

impl EngineState {
    /// How busy its host is; `None` where that cannot be read.
    pub fn set_host(&mut self, host: Option<HostUse>) -> Changed {
        let Some(latest) = host else {
            self.host_mean = HostMean::default();
            return self.view.host.take().is_some().into();
        };
        let before = self.view.host.take();
        let changed = if before.is_some() {
            Changed::Measured
        } else {
            Changed::Yes
        };
        let mut cpu_history = before.map_or_else(Vec::new, |before| before.cpu_history);
        let percent = latest.cpu_percent;
        if let Some(mean) = percent.and_then(|percent| self.host_mean.take(latest.at, percent)) {
            let surplus = (cpu_history.len() + 1).saturating_sub(HostView::POINTS);
            cpu_history.drain(..surplus);
            cpu_history.push(whole(mean));
        }
        self.view.host = Some(HostView {
            latest,
            cpu_history,
        });
        changed
    }
}

/// Percent without a fraction.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn whole(percent: f64) -> u8 {
    percent.clamp(0.0, 100.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(seconds: i64, cpu_percent: Option<f64>) -> HostUse {
        HostUse {
            at: Timestamp::from_second(seconds).unwrap(),
            cpu_percent,
            memory_used_bytes: 1,
            memory_total_bytes: 2,
        }
    }

    #[test]
    fn the_history_has_the_mean_of_each_point() {
        let mut engine = EngineState::new(Timestamp::UNIX_EPOCH);
        assert_eq!(engine.set_host(Some(reading(0, None))), Changed::Yes);
        for (seconds, percent) in [(1, 10.0), (6, 20.0), (11, 30.0), (16, 40.0), (21, 50.0)] {
            let changed = engine.set_host(Some(reading(seconds, Some(percent))));
            assert_eq!(changed, Changed::Measured);
        }
        let history = |engine: &EngineState| engine.view.host.clone().unwrap().cpu_history;
        assert_eq!(history(&engine), [25]);
        for seconds in (26..2_000).step_by(5) {
            let _ = engine.set_host(Some(reading(seconds, Some(99.6))));
        }
        assert_eq!(history(&engine), [100; HostView::POINTS]);
        assert_eq!(engine.set_host(None), Changed::Yes);
        assert_eq!(engine.set_host(None), Changed::No);
        assert_eq!(engine.view.host, None);
    }
}
