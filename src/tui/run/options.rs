//! Options that change while the console is open, and what comes with them.

use crate::model::Timestamp;
use crate::tui::terminal::Terminal;
use crate::tui::update::logs::ring;
use crate::tui::update::{self, toast};

use super::Next;
use super::resolved::Resolved;
use super::session::ConsoleSession;

/// Why other columns in config change nothing.
const COLUMNS_STAY: &str =
    "the columns chosen in the console stay; r in :columns takes those of config";

impl ConsoleSession {
    /// Shows the sentences that came with the options.
    pub(super) fn show_notices(&mut self) {
        let now = Timestamp::now();
        for notice in std::mem::take(&mut self.options.notices) {
            toast(&mut self.ui, &notice.text, notice.warns, now);
        }
    }

    /// Masks secrets in the log lines that are held.
    pub(super) fn mask_logs(&mut self) {
        for logs in [&mut self.ui.logs, &mut self.ui.selection.preview.logs] {
            ring::mask(logs, &self.snapshot.secrets);
        }
        // The lines that it keeps are not masked.
        self.ui.session.history.keep_log(None);
    }

    /// Takes new options; what is wrong with them is shown, and the old ones stay.
    pub fn options_changed(&mut self, terminal: &mut Terminal) -> Next {
        let Some(options) = self.reload.newest() else {
            return Next::Continue;
        };
        match Resolved::from_options(&options) {
            Ok(resolved) => {
                let columns = &resolved.columns;
                let columns_stay =
                    self.options.columns != options.columns && self.ui.table.has_own_columns();
                let effect = update::take_options(&mut self.ui, &self.options, &options, columns);
                // A theme that was chosen with a key stays when something else changes.
                let other_looks = self.resolved.theme != resolved.theme
                    || self.options.color != options.color
                    || self.options.terminal.links != options.terminal.links;
                if options.masks_logs() && !self.options.masks_logs() {
                    self.mask_logs();
                }
                (self.resolved, self.options) = (resolved, options);
                if other_looks {
                    self.choose_colors();
                }
                self.show_notices();
                if columns_stay {
                    toast(&mut self.ui, COLUMNS_STAY, false, Timestamp::now());
                }
                if let Some(effect) = effect {
                    return self.perform(effect, terminal);
                }
            }
            Err(error) => toast(&mut self.ui, &error.to_string(), true, Timestamp::now()),
        }
        Next::DrawNow
    }
}
