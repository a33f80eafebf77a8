//! Figures of logs.

use super::{Cell, absent, styled};
use crate::model::{Service, words};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::map::labels;
use crate::tui::draw::view::services::columns::Placed;
use crate::tui::input::column::Column;

/// A figure of the log; errors in colour.
pub(super) fn cell(placed: &Placed, service: &Service, context: &DrawContext<'_>) -> Cell {
    let (content, role) = figure(placed.column, service)
        .unwrap_or_else(|| (absent(context.glyphs).to_owned(), Role::Dim));
    vec![styled(placed.fit(&content, context.glyphs), role, context)]
}

/// The figure in words, with its role; `None` where it is not known.
fn figure(column: Column, service: &Service) -> Option<(String, Role)> {
    let log = service.running_log()?;
    let rates = log.last_minute.rates;
    let requests = || log.requests();
    let errors = |rate| (labels::log_rate(log, rate), labels::error_role(rate));
    Some(match column {
        Column::Errors => errors(rates.errors_per_s),
        Column::ServerErrors => errors(requests()?.server_errors_per_s),
        Column::Requests => (
            labels::log_rate(log, requests()?.requests_per_s),
            Role::Text,
        ),
        Column::P95 => (words::millis(requests()?.p95_ms?), Role::Text),
        _ => (labels::log_rate(log, rates.lines_per_s), Role::Text),
    })
}
