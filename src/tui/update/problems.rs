//! Going to the next problem.

use crate::model::Snapshot;
use crate::tui::input::page::View;
use crate::tui::state::UiState;
use crate::tui::state::problems::{self, ServiceInTrouble};
use crate::tui::update::{history, selection};

/// Selects the next problem: on the map and in the table, in the details where they are open, else
/// on the map. An incident whose root is no service is shown among the incidents.
pub(super) fn next(ui: &mut UiState, snapshot: &Snapshot) {
    match problems::next(ui, snapshot) {
        None => {}
        Some(ServiceInTrouble::Incident(id)) => {
            history::leave(ui);
            (ui.details, ui.field) = (None, None);
            ui.view = View::Incidents;
            ui.past.incidents.selected = Some(id);
            ui.scope.filter.clear();
        }
        Some(ServiceInTrouble::Service(id)) => {
            // The only problem is the one that is explained already.
            let here = ui.details.as_ref().map(|details| &details.service);
            if here != Some(&id) {
                selection::jump(ui, id, snapshot);
            }
        }
    }
}
