//! Everything about one service, in tabs.

pub mod charts;
mod dependencies;
mod environment;
mod inspect;
mod layer;
mod overview;
mod page;
mod probes;
mod processes;
mod search;
pub mod why;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::Span;

use crate::model::{Service, ServiceId, words};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::links::{self, PortForm};
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::logs;
use crate::tui::draw::widget::{line_writer, status, text};
use crate::tui::input::action::Action;
use crate::tui::input::page::DetailsTab;
use crate::tui::state::{Drawn, Hit, UiState};

/// Draws the details of `ui.details`; nothing when they are closed.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    drawn: &mut Drawn,
) {
    let area = area.intersection(buffer.area);
    let Some(details) = ui.details.as_ref().filter(|_| !area.is_empty()) else {
        return;
    };
    let Some(service) = context.snapshot.service(&details.service) else {
        return draw_gone(buffer, area, context, &details.service);
    };
    drawn.visible.push(service.id.clone());
    drawn.measured.push(service.id.clone());
    let mut body = area;
    let mut head = Rect::ZERO;
    if area.height >= 3 {
        head = line_writer::row(area, area.y);
        draw_head(buffer, line_writer::row(area, area.y), context, service);
        draw_tabs(
            buffer,
            line_writer::row(area, area.y + 1),
            context,
            details.tab,
            drawn,
        );
        body = Rect {
            y: area.y + 2,
            height: area.height - 2,
            ..area
        };
    }
    let page = match details.tab {
        DetailsTab::Logs => return logs::draw(buffer, body, context, ui, drawn),
        DetailsTab::Charts => {
            return charts::draw(buffer, body, context, service, details.top, drawn);
        }
        DetailsTab::Inspect => {
            inspect::draw(buffer, body, context, details, drawn);
            return search::mark(buffer, (head, body), context, details, drawn);
        }
        DetailsTab::Why => why::page(context, service, body.width, drawn),
        DetailsTab::Overview => overview::page(context, service, body.width),
        DetailsTab::Processes => processes::page(context, service, &details.processes, body.width),
        DetailsTab::Probes => probes::page(context, service, body.width),
        DetailsTab::Dependencies => dependencies::page(context, service, body.width),
        DetailsTab::Environment => environment::page(context, service, body.width),
    };
    let rows = usize::from(body.height);
    let top = search::top(details, page.texts(), rows, drawn);
    page.draw(buffer, body, context, top, drawn);
    if details.tab == DetailsTab::Overview {
        links::add(buffer, body, context, (service, PortForm::Arrow), drawn);
    }
    search::mark(buffer, (head, body), context, details, drawn);
}

/// Writes in the middle of `area` that the service is not in the snapshot any more.
fn draw_gone(buffer: &mut Buffer, area: Rect, context: &DrawContext<'_>, service: &ServiceId) {
    let words = format!("{service} is gone; Esc goes back");
    let y = area.y + (area.height - 1) / 2;
    let style = context.theme.style(Role::Muted);
    line_writer::centred(buffer, area, y, &words, context.glyphs, style);
}

/// `● hub/backend  healthy for 2h`, or `● hub/Shown name (hub/backend)  …`, with the image at the
/// right.
fn draw_head(buffer: &mut Buffer, row: Rect, context: &DrawContext<'_>, service: &Service) {
    let theme = context.theme;
    let health = &service.health;
    let muted = theme.style(Role::Muted);
    let bold = theme.style(Role::Title).add_modifier(Modifier::BOLD);
    let title = service.full_title().into_owned();
    let mut spans = vec![Span::styled(title, bold)];
    if service.display_name.is_some() {
        spans.push(Span::styled(format!(" ({})", service.id), muted));
    }
    spans.push(Span::raw("  "));
    spans.extend(status::words(health, theme, context.glyphs));
    let since = words::duration_long(context.now().duration_since(health.since));
    let verb = status::seen(health);
    spans.push(Span::styled(format!("  {verb}for {since}"), muted));
    let end = line_writer::put_cut(buffer, row, row.x, row.y, &spans, context.glyphs);
    let room = usize::from(row.right().saturating_sub(end + 2));
    if room >= 8 {
        let image = text::cut_middle(service.image(), room, context.glyphs);
        line_writer::put_right(buffer, row, row.right(), row.y, &image, muted);
    }
}

/// The tabs; where they do not fit, the chosen one with its neighbours' direction.
fn draw_tabs(
    buffer: &mut Buffer,
    row: Rect,
    context: &DrawContext<'_>,
    chosen: DetailsTab,
    drawn: &mut Drawn,
) {
    let theme = context.theme;
    line_writer::rule(
        buffer,
        row,
        row.y,
        row.x,
        row.right(),
        context.glyphs,
        theme.style(Role::Border),
    );
    let fits = |title: fn(DetailsTab) -> &'static str| {
        let cells = DetailsTab::ALL.map(|tab| title(tab).len() + 3);
        cells.iter().sum::<usize>() < usize::from(row.width)
    };
    // Where not even first letters fit with a line between them, they stand side by side.
    let letters = (DetailsTab::ALL.len() - 1) * 4 + chosen.short_title().len() + 3;
    let gap = u16::from(letters < usize::from(row.width));
    let mut x = row.x + u16::from(row.width > 2);
    for (at, tab) in DetailsTab::ALL.into_iter().enumerate() {
        let shown = if fits(DetailsTab::title) {
            tab.title()
        } else if fits(DetailsTab::short_title) || tab == chosen {
            tab.short_title()
        } else {
            // Tabs that are not chosen are shown by their first letter.
            text::head(tab.title(), 1)
        };
        let style = tab_style(context, tab == chosen);
        let end = line_writer::put(buffer, row, x, row.y, &format!(" {shown} "), style);
        let place = Rect {
            x,
            y: row.y,
            width: end.saturating_sub(x),
            height: 1,
        };
        if !place.is_empty() {
            drawn.areas.push((place, Hit::Do(Action::Details(tab))));
        }
        x = if at + 1 < DetailsTab::ALL.len() {
            end.saturating_add(gap)
        } else {
            end
        };
    }
}

fn tab_style(context: &DrawContext<'_>, is_chosen: bool) -> Style {
    let theme = context.theme;
    if is_chosen {
        theme
            .style(Role::Title)
            .patch(theme.style(Role::Selection))
            .add_modifier(Modifier::BOLD)
    } else {
        theme.style(Role::Muted)
    }
}

#[cfg(test)]
mod tests;
