//! Everything about one service, in tabs.

mod charts;
mod dependencies;
mod environment;
mod inspect;
mod layer;
mod overview;
mod page;
mod probes;
mod why;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::Span;

use crate::model::{Service, Snapshot};
use crate::tui::action::{Action, Direction};
use crate::tui::scene::{Hit, HitMap, Scene, Viewport};
use crate::tui::state::{DetailsState, DetailsTab, UiState};
use crate::tui::theme::Role;
use crate::tui::view::logs;
use crate::tui::widget::{pen, status, text, units};

/// Draws the details of `ui.details`; nothing when they are closed.
pub fn draw(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>, ui: &UiState, hits: &mut HitMap) {
    let area = area.intersection(buffer.area);
    let Some(details) = ui.details.as_ref().filter(|_| !area.is_empty()) else {
        return;
    };
    let Some(service) = scene.snapshot.service(&details.service) else {
        let words = format!("{} is gone", details.service);
        let y = area.y + (area.height - 1) / 2;
        pen::centred(
            buffer,
            area,
            y,
            &words,
            scene.glyphs,
            scene.theme.style(Role::Muted),
        );
        return;
    };
    hits.visible.push(service.id.clone());
    hits.measured.push(service.id.clone());
    let mut body = area;
    if area.height >= 3 {
        draw_head(buffer, pen::row(area, area.y), scene, service);
        draw_tabs(buffer, pen::row(area, area.y + 1), scene, details.tab, hits);
        body = Rect {
            y: area.y + 2,
            height: area.height - 2,
            ..area
        };
    }
    let page = match details.tab {
        DetailsTab::Logs => return logs::draw(buffer, body, scene, ui, hits),
        DetailsTab::Charts => return charts::draw(buffer, body, scene, service, details.top, hits),
        DetailsTab::Inspect => return inspect::draw(buffer, body, scene, details, hits),
        DetailsTab::Why => why::page(scene, service, body.width),
        DetailsTab::Overview => overview::page(scene, service, body.width),
        DetailsTab::Probes => probes::page(scene, service, body.width),
        DetailsTab::Dependencies => dependencies::page(scene, service, body.width),
        DetailsTab::Environment => environment::page(scene, service, body.width),
    };
    page.draw(buffer, body, scene, details.top, hits);
}

/// `● hub/backend  healthy for 2h`, or `● hub/Shown name (hub/backend)  …`, with the image at the
/// right.
fn draw_head(buffer: &mut Buffer, row: Rect, scene: &Scene<'_>, service: &Service) {
    let theme = scene.theme;
    let health = &service.health;
    let title = service.full_title().into_owned();
    let mut spans = vec![Span::styled(
        title,
        theme.style(Role::Title).add_modifier(Modifier::BOLD),
    )];
    if service.display_name.is_some() {
        spans.push(Span::styled(
            format!(" ({})", service.id),
            theme.style(Role::Muted),
        ));
    }
    spans.push(Span::raw("  "));
    spans.extend(status::words(health, theme, scene.glyphs));
    let since = units::duration_long(scene.now.duration_since(health.since));
    spans.push(Span::styled(
        format!("  for {since}"),
        theme.style(Role::Muted),
    ));
    let end = pen::put_cut(buffer, row, row.x, row.y, &spans, scene.glyphs);
    let room = usize::from(row.right().saturating_sub(end + 2));
    if room >= 8 {
        let image = text::cut_middle(service.image(), room, scene.glyphs);
        pen::put_right(
            buffer,
            row,
            row.right(),
            row.y,
            &image,
            theme.style(Role::Muted),
        );
    }
}

/// The tabs; where they do not fit, the chosen one with its neighbours' direction.
fn draw_tabs(
    buffer: &mut Buffer,
    row: Rect,
    scene: &Scene<'_>,
    chosen: DetailsTab,
    hits: &mut HitMap,
) {
    let theme = scene.theme;
    pen::rule(
        buffer,
        row,
        row.y,
        row.x,
        row.right(),
        scene.glyphs,
        theme.style(Role::Border),
    );
    let whole: usize = DetailsTab::ALL
        .iter()
        .map(|tab| tab.title().len() + 3)
        .sum();
    let short = whole + 1 > usize::from(row.width);
    let mut x = row.x + u16::from(row.width > 2);
    for (at, tab) in DetailsTab::ALL.into_iter().enumerate() {
        let title = tab.title();
        // Where the titles do not fit, the tabs that are not chosen are told by their first letter.
        let shown = if short && tab != chosen {
            text::head(title, 1)
        } else {
            title
        };
        let words = format!(" {shown} ");
        let style = if tab == chosen {
            theme
                .style(Role::Title)
                .patch(theme.style(Role::Selection))
                .add_modifier(Modifier::BOLD)
        } else {
            theme.style(Role::Muted)
        };
        let end = pen::put(buffer, row, x, row.y, &words, style);
        let place = Rect {
            x,
            y: row.y,
            width: end.saturating_sub(x),
            height: 1,
        };
        if !place.is_empty() {
            hits.areas.push((place, Hit::Do(Action::Details(tab))));
        }
        x = if at + 1 < DetailsTab::ALL.len() {
            end.saturating_add(1)
        } else {
            end
        };
    }
}

/// Scrolls and changes tabs; `false` when the action means nothing here.
pub fn apply(ui: &mut UiState, action: &Action, _snapshot: &Snapshot) -> bool {
    let viewport = ui.drawn.viewport;
    let Some(details) = &mut ui.details else {
        return false;
    };
    if let Action::Pane(by) = action {
        go_to(details, neighbour(details.tab, *by));
        return true;
    }
    match (action, details.tab) {
        (Action::Move(Direction::Left), _) => go_to(details, neighbour(details.tab, -1)),
        (Action::Move(Direction::Right), _) => go_to(details, neighbour(details.tab, 1)),
        (action, DetailsTab::Logs) => logs::apply(&mut ui.logs, action, &ui.drawn),
        (action, _) => return scroll(details, action, viewport),
    }
    true
}

fn go_to(details: &mut DetailsState, tab: DetailsTab) {
    (details.tab, details.top) = (tab, 0);
}

fn neighbour(tab: DetailsTab, by: i32) -> DetailsTab {
    let all = DetailsTab::ALL;
    let at = all.iter().position(|each| *each == tab).unwrap_or(0);
    let count = i64::try_from(all.len()).unwrap_or(1);
    let next = (i64::try_from(at).unwrap_or(0) + i64::from(by)).rem_euclid(count);
    usize::try_from(next)
        .ok()
        .and_then(|next| all.get(next))
        .copied()
        .unwrap_or(tab)
}

fn scroll(details: &mut DetailsState, action: &Action, viewport: Viewport) -> bool {
    let last = viewport.total.saturating_sub(viewport.rows);
    let rows = isize::try_from(viewport.rows.max(1)).unwrap_or(isize::MAX);
    let by = |count: i32, rows: isize| {
        isize::try_from(count)
            .unwrap_or(0)
            .saturating_mul(rows.max(1))
    };
    let step = match action {
        Action::Move(Direction::Up) => -1,
        Action::Move(Direction::Down) => 1,
        Action::Page(count) => by(*count, rows - 1),
        Action::HalfPage(count) => by(*count, rows / 2),
        Action::Scroll(count) => by(*count, 1),
        Action::First => isize::MIN,
        Action::Last => isize::MAX,
        _ => return false,
    };
    details.top = details.top.min(last).saturating_add_signed(step).min(last);
    true
}

#[cfg(test)]
mod tests;
