//! Figures of logs.

use ratatui::text::Span;

use super::{Cell, absent, styled};
use crate::model::{Service, words};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::map::labels;
use crate::tui::draw::view::services::columns::Placed;
use crate::tui::draw::widget::text;
use crate::tui::input::column::Column;

/// A figure of the log; errors in colour, and in the column of lines their history where there is
/// room.
pub(super) fn cell(placed: &Placed, service: &Service, context: &DrawContext<'_>) -> Cell {
    let glyphs = context.glyphs;
    let (content, role) =
        figure(placed.column, service).unwrap_or_else(|| (absent(glyphs).to_owned(), Role::Dim));
    let cells = placed.value_cells();
    let value = text::fit_right(&content, cells, glyphs);
    let mut spans = vec![styled(value, role, context)];
    let room = usize::from(placed.width).saturating_sub(cells + 1);
    if let Some(log) = service.running_log().filter(|_| room > 0) {
        spans.push(Span::raw(" "));
        let history = labels::log_spark(log, room, glyphs).into_iter();
        spans.extend(history.map(|(sign, role)| styled(sign.to_string(), role, context)));
    }
    spans
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
