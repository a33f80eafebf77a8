//! What surrounds the views: header, tabs, banners, footer, messages, dialogs.

mod banner;
mod boxed;
mod confirm;
mod footer;
mod header;
mod help;
mod leave;
mod legend;
mod list;
mod operation;
mod segments;
mod toasts;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::frame::Stage;
use super::scene::HitMap;
use super::state::{Dialog, UiState};

/// From this height on the header has two lines.
const TALL: u16 = 16;

/// Draws header, banners and footer; returns the room that is left for the view.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    stage: &Stage<'_>,
    ui: &UiState,
    hits: &mut HitMap,
) -> Rect {
    let mut body = area;
    let take_top = |body: &mut Rect| {
        let line = Rect {
            height: body.height.min(1),
            ..*body
        };
        body.y = body.y.saturating_add(line.height);
        body.height -= line.height;
        line
    };
    if area.height >= TALL {
        header::draw_first(buffer, take_top(&mut body), stage, ui);
        header::draw_second(buffer, take_top(&mut body), stage, ui, hits);
    } else {
        header::draw_only(buffer, take_top(&mut body), stage, ui);
    }
    for banner in banner::lines(stage, ui) {
        if body.height > 3 {
            banner::draw(buffer, take_top(&mut body), stage, &banner);
        }
    }
    if body.height > 1 {
        body.height -= 1;
        let line = Rect {
            y: body.bottom(),
            height: 1,
            ..body
        };
        footer::draw(buffer, line, stage, ui, hits);
    }
    body
}

/// Draws what lies on top: messages and the open dialog.
pub fn draw_above(
    buffer: &mut Buffer,
    area: Rect,
    body: Rect,
    stage: &Stage<'_>,
    ui: &UiState,
    hits: &mut HitMap,
) {
    toasts::draw(buffer, body, stage, ui);
    if ui.dialog.is_some() {
        // What lies under a dialog does not answer the mouse.
        hits.areas.clear();
    }
    match &ui.dialog {
        None => {}
        Some(Dialog::Confirm { plan, yes, top, .. }) => {
            confirm::draw(
                buffer,
                area,
                stage,
                &confirm::Question {
                    plan,
                    yes: *yes,
                    top: *top,
                },
                hits,
            );
        }
        Some(Dialog::Leave { selected, .. }) => {
            leave::draw(buffer, area, stage, ui, *selected, hits)
        }
        Some(Dialog::Operation { id, top }) => {
            operation::draw(buffer, area, stage, *id, *top, hits)
        }
        Some(Dialog::Help { top }) => help::draw(buffer, area, stage, ui, *top, hits),
        Some(Dialog::Legend { top }) => legend::draw(buffer, body, stage, *top, hits),
        Some(Dialog::Palette { field, selected }) => {
            list::palette(buffer, area, stage, ui, field, *selected, hits)
        }
        Some(Dialog::Actions { selected }) => {
            list::actions(buffer, area, stage, ui, *selected, hits)
        }
        Some(Dialog::Maintenance { selected, .. }) => {
            list::maintenance(buffer, area, stage, ui, *selected, hits)
        }
    }
}
