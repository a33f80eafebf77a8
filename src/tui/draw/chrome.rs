//! What surrounds the views: header, tabs, banners, footer, messages, dialogs.

mod banner;
mod columns;
mod confirm;
mod dialog_frame;
mod field;
mod footer;
mod header;
mod help;
mod leave;
mod legend;
mod menu;
mod operation;
mod operation_panel;
mod record;
mod segments;
mod toasts;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::draw::context::DrawContext;
use crate::tui::state::{Dialog, Drawn, UiState};

/// From this height on the header has two lines.
const TALL: u16 = 16;

/// What surrounds the view leaves this room.
#[derive(Clone, Copy, Debug)]
pub struct ViewRoom {
    /// For the view.
    pub body: Rect,
    /// For the panel of a running operation, which may lie on the end of the view; empty where there
    /// is none.
    pub panel: Rect,
    /// For the footer; empty where there is none.
    pub footer: Rect,
}

/// Draws header and banners; returns the room that is left for the view and the footer.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    drawn: &mut Drawn,
) -> ViewRoom {
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
        header::draw_first(buffer, take_top(&mut body), context, ui);
        header::draw_second(buffer, take_top(&mut body), context, ui, drawn);
    } else {
        header::draw_only(buffer, take_top(&mut body), context, ui);
    }
    for banner in banner::lines(context, ui, body.width) {
        if body.height > 3 {
            banner::draw(buffer, take_top(&mut body), context, &banner);
            drawn.banners += 1;
        }
    }
    let mut footer = Rect::default();
    if body.height > 1 {
        body.height -= 1;
        footer = Rect {
            y: body.bottom(),
            height: 1,
            ..body
        };
    }
    let panel = operation_panel::place(body, context, ui);
    if operation_panel::takes_room(ui) {
        body.height -= panel.height;
    }
    ViewRoom {
        body,
        panel,
        footer,
    }
}

/// Draws the footer, which offers what the view has shown.
pub fn draw_footer(
    buffer: &mut Buffer,
    line: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    drawn: &mut Drawn,
) {
    if !line.is_empty() {
        footer::draw(buffer, line, context, ui, drawn);
    }
}

/// Draws what lies on top: messages and the open dialog.
pub fn draw_above(
    buffer: &mut Buffer,
    area: Rect,
    ViewRoom { body, panel, .. }: ViewRoom,
    context: &DrawContext<'_>,
    ui: &UiState,
    drawn: &mut Drawn,
) {
    operation_panel::draw(buffer, panel, context, ui, drawn);
    let above = Rect {
        height: body.bottom().min(panel.top()) - body.top(),
        ..body
    };
    toasts::draw(buffer, above, context, ui);
    if ui.dialog.is_some() {
        // What lies under a dialog does not answer the mouse.
        drawn.areas.clear();
        drawn.links.clear();
    }
    draw_dialog(buffer, (area, body), context, ui, drawn);
}

/// Draws the dialog that is open, over all or over the view.
fn draw_dialog(
    buffer: &mut Buffer,
    (area, body): (Rect, Rect),
    context: &DrawContext<'_>,
    ui: &UiState,
    drawn: &mut Drawn,
) {
    match &ui.dialog {
        None => {}
        Some(Dialog::Confirm {
            plan,
            step,
            yes,
            top,
            ..
        }) => {
            confirm::draw(
                buffer,
                area,
                context,
                &confirm::Question {
                    plan,
                    step,
                    yes: *yes,
                    top: *top,
                },
                drawn,
            );
        }
        Some(Dialog::Leave { selected, .. }) => {
            leave::draw(buffer, area, context, ui, *selected, drawn)
        }
        Some(Dialog::Operation { id, record, top }) => {
            operation::draw(buffer, area, context, (*id, *record), *top, drawn)
        }
        Some(Dialog::Help { top }) => help::draw(buffer, area, context, ui, *top, drawn),
        Some(Dialog::Legend { top }) => legend::draw(buffer, body, context, *top, drawn),
        Some(Dialog::Palette(input)) => menu::palette(buffer, area, context, ui, input, drawn),
        Some(Dialog::Actions { selected }) => {
            menu::actions(buffer, area, context, ui, *selected, drawn)
        }
        Some(Dialog::Containers { what, selected }) => {
            menu::containers(buffer, area, context, ui, (what, *selected), drawn)
        }
        Some(Dialog::Copy { selected }) => menu::copy(buffer, area, context, ui, *selected, drawn),
        Some(Dialog::Columns(chooser)) => columns::draw(buffer, area, context, ui, chooser, drawn),
        Some(Dialog::Record(view)) => record::draw(buffer, area, context, view, drawn),
        Some(Dialog::Maintenance { selected, .. }) => {
            menu::maintenance(buffer, area, context, ui, *selected, drawn)
        }
    }
}
