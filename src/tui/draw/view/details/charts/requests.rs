//! Requests by the log: rates and percentiles, then the busiest routes.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::model::words;
use crate::model::{LogFigures, RequestFigures, Service};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::map::labels;
use crate::tui::draw::widget::{line_writer, text};

/// Cells of the figures of a route: requests, 5xx, P95.
const FIGURES: usize = 22;

/// The figures of the log of `service`, where it tells of requests.
pub(super) fn of(service: &Service) -> Option<&LogFigures> {
    let log = service.log_figures.as_deref();
    log.filter(|log| log.last_quarter.requests.is_some())
}

/// Draws the figures of the last minute, then as many routes as have room, the busiest first.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, context: &DrawContext<'_>, log: &LogFigures) {
    let Some(requests) = log.requests() else {
        return;
    };
    let width = usize::from(area.width);
    let style = |role| context.theme.style(role);
    let title = format!(
        "Requests, last minute  {}/s",
        labels::log_rate(log, requests.requests_per_s)
    );
    let head = [title, statuses(&requests), percentiles(&requests)];
    let rows = head.iter().map(|row| (row.clone(), Role::Text));
    let rows = rows.chain(std::iter::once((heading(width, context), Role::Muted)));
    let routes = log.routes.iter().map(|route| {
        let name = format!("{} {}", route.method, route.route);
        let role = if route.requests.server_errors_per_s > 0.0 {
            Role::Unhealthy
        } else {
            Role::Text
        };
        (row(&name, &figures(&route.requests), width, context), role)
    });
    for ((words, role), y) in rows.chain(routes).zip(area.y..area.bottom()) {
        let place = line_writer::row(area, y);
        let words = text::cut(&words, width, context.glyphs);
        line_writer::put(buffer, place, place.x, y, &words, style(role));
    }
}

/// `4xx 0.1/s  5xx 0/s`.
fn statuses(requests: &RequestFigures) -> String {
    let rate = words::per_second;
    format!(
        "4xx {}/s  5xx {}/s",
        rate(requests.client_errors_per_s),
        rate(requests.server_errors_per_s)
    )
}

/// `P50 12 ms  P95 40 ms  P99 80 ms`.
fn percentiles(requests: &RequestFigures) -> String {
    let time = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), words::millis);
    format!(
        "P50 {}  P95 {}  P99 {}",
        time(requests.p50_ms),
        time(requests.p95_ms),
        time(requests.p99_ms)
    )
}

fn heading(width: usize, context: &DrawContext<'_>) -> String {
    row(
        "ROUTE, 15 MIN",
        &columns("REQ/S", "5XX/S", "P95"),
        width,
        context,
    )
}

fn figures(requests: &RequestFigures) -> String {
    let p95 = requests
        .p95_ms
        .map_or_else(|| "-".to_owned(), words::millis);
    columns(
        &words::per_second(requests.requests_per_s),
        &words::per_second(requests.server_errors_per_s),
        &p95,
    )
}

fn columns(requests: &str, errors: &str, p95: &str) -> String {
    format!("{requests:>6} {errors:>6} {p95:>8}")
}

/// `name` at the left, `figures` at the right.
fn row(name: &str, figures: &str, width: usize, context: &DrawContext<'_>) -> String {
    let room = width.saturating_sub(FIGURES + 1);
    let name = text::cut_middle(name, room, context.glyphs);
    format!("{} {figures}", text::fit(&name, room, context.glyphs))
}
