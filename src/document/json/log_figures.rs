//! Figures of a log in the document of its service.

use super::public;
use crate::model::LogFigures;

/// The figures with their texts masked, without the history.
pub(super) fn public_figures(figures: &LogFigures) -> LogFigures {
    let mut masked = LogFigures {
        history: Vec::new(),
        ..figures.clone()
    };
    for pattern in &mut masked.errors {
        pattern.template = public(&pattern.template);
    }
    for route in &mut masked.routes {
        route.route = public(&route.route);
    }
    masked
}
