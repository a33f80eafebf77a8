//! Options that change while the console runs.

use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::tui::input::column::Column;
use crate::tui::state::{ConsoleOptions, LogTables, UiState, Zone};
use crate::tui::update::effect::Effect;

/// Takes the time zone in which times are shown and typed.
pub fn take_zone(ui: &mut UiState, zone: TimeZone) {
    ui.session.zone = Zone(zone);
}

/// Takes the options `new` after `old`, with the `columns` that they name. What was chosen with a
/// key stays where its option is the same as before.
pub fn take_options(
    ui: &mut UiState,
    old: &ConsoleOptions,
    new: &ConsoleOptions,
    columns: &[Column],
) -> Option<Effect> {
    ui.table.configure(columns);
    ui.scope.projects.clone_from(&new.projects);
    if old.start.stack != new.start.stack {
        ui.scope.stack.clone_from(&new.start.stack);
        ui.session.home_stack.clone_from(&new.start.stack);
    }
    ui.session.log_tables = LogTables {
        filters: new.logs.filters.clone(),
        fields: new.logs.fields.clone(),
    };
    ui.session.commands.clone_from(&new.keys.commands);
    // They are chosen again for the open log.
    ui.logs.look.fields = Arc::default();
    if old.terminal.mouse == new.terminal.mouse || ui.terminal.mouse == new.terminal.mouse {
        return None;
    }
    ui.terminal.mouse = new.terminal.mouse;
    Some(Effect::SetMouse(ui.terminal.mouse))
}
