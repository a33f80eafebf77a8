//! The log in figures: lines a second, errors a second in colour, and the history.

use ratatui::layout::Rect;

use crate::model::Service;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::map::canvas::MapCanvas;
use crate::tui::draw::view::map::labels;
use crate::tui::draw::view::map::look::CardLook;

/// Least cells in which a history shows something.
const LEAST: usize = 3;

/// `log 12/s  0.3 err/s ▁▂▃`; times with errors have their colour.
pub fn draw(
    canvas: &mut MapCanvas<'_>,
    inner: Rect,
    y: u16,
    service: &Service,
    look: CardLook<'_>,
) {
    let Some(log) = service.running_log() else {
        return;
    };
    let rates = log.last_minute.rates;
    let mut x = canvas.put(inner, inner.x, y, "log ", look.style(Role::Muted));
    let lines = format!("{}/s ", labels::log_rate(log, rates.lines_per_s));
    x = canvas.put(inner, x, y, &lines, look.style(Role::Text));
    if rates.errors_per_s > 0.0 {
        let errors = format!("{} err/s ", labels::log_rate(log, rates.errors_per_s));
        let role = labels::error_role(rates.errors_per_s);
        x = canvas.put(inner, x, y, &errors, look.style(role));
    }
    let cells = usize::from(inner.right().saturating_sub(x));
    if cells < LEAST {
        return;
    }
    for (sign, role) in labels::log_spark(log, cells, look.context.glyphs) {
        x = canvas.put(inner, x, y, sign.encode_utf8(&mut [0; 4]), look.style(role));
    }
}
