//! Figures of logs: kept with their services, bursts of errors as events.

use std::sync::Arc;

use crate::model::{
    Change, ErrorBurst, ErrorBurstChange, ErrorPattern, LogFigures, ServiceId, Timestamp,
};

use super::Store;
use super::dirty::{Changed, Dirty};
use super::mask::{Mask, rewrite};
use super::timeline::About;

impl Store {
    /// Keeps the figures of what a service logs.
    pub(super) fn fold_log_figures(&mut self, id: &ServiceId, figures: LogFigures) -> Dirty {
        let Some(entry) = self.services.by_id.get_mut(id) else {
            return Dirty::default();
        };
        let service = Arc::make_mut(&mut entry.service);
        let before = service.log_figures.take();
        if before.as_ref().is_some_and(|before| before.at > figures.at) {
            service.log_figures = before;
            return Dirty::default();
        }
        let known = before.as_ref().and_then(|before| before.burst);
        let news = burst_news(known.as_ref(), &figures);
        service.log_figures = Some(Arc::new(figures));
        let changed = if news.is_empty() {
            Changed::Measured
        } else {
            Changed::Yes
        };
        let about = About {
            service: Some(id),
            instance: None,
        };
        for (at, change) in news {
            self.timeline.push(at, about, Change::ErrorBurst(change));
        }
        changed.into()
    }
}

/// What is new of the burst of `figures`, where `known` is what was known before, with its times.
fn burst_news(
    known: Option<&ErrorBurst>,
    figures: &LogFigures,
) -> Vec<(Timestamp, ErrorBurstChange)> {
    let Some(burst) = &figures.burst else {
        return Vec::new();
    };
    let known = known.filter(|known| known.since == burst.since);
    let began = known.is_none().then(|| {
        let change = ErrorBurstChange::Began {
            per_minute: a_minute(burst.peak_per_s),
            usual_per_minute: a_minute(burst.usual_per_s),
            template: likely(figures).map(|pattern| pattern.template.clone()),
        };
        (burst.since, change)
    });
    let was_over = known.is_some_and(|known| known.until.is_some());
    let ended = burst.until.filter(|_| !was_over).map(|until| {
        let change = ErrorBurstChange::Ended {
            took: until.duration_since(burst.since),
            errors: burst.errors,
        };
        (until, change)
    });
    began.into_iter().chain(ended).collect()
}

/// The pattern that a burst most likely consists of.
fn likely(figures: &LogFigures) -> Option<&ErrorPattern> {
    let frequent = figures.errors.iter().max_by_key(|pattern| pattern.count);
    figures.newest_error().or(frequent)
}

fn a_minute(per_second: f64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count of lines"
    )]
    let count = (per_second * 60.0).round() as u64;
    count
}

/// Masks the templates and routes; whether a secret was in them.
pub(super) fn mask_figures(figures: &mut LogFigures, mask: Mask<'_>) -> bool {
    let errors = figures
        .errors
        .iter_mut()
        .map(|pattern| &mut pattern.template);
    let routes = figures.routes.iter_mut().map(|route| &mut route.route);
    errors
        .chain(routes)
        .fold(false, |changed, text| rewrite(text, mask) | changed)
}
