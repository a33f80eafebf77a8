//! State of the details page.

use crate::model::{Inspection, ServiceId};
use crate::tui::input::page::DetailsTab;
use crate::tui::state::inspect::InspectTree;
use crate::tui::state::processes::ProcessList;

/// The open details page.
#[derive(Clone, Debug, PartialEq)]
pub struct DetailsState {
    /// Whose.
    pub service: ServiceId,
    /// Which tab.
    pub tab: DetailsTab,
    /// First line shown.
    pub top: usize,
    /// Raw inspection: `None` while it is fetched; an error is one sentence.
    pub inspect: Option<Result<Inspection, String>>,
    /// Whether the raw inspection was asked for.
    pub inspecting: bool,
    /// The raw inspection as it is looked at.
    pub tree: InspectTree,
    /// The processes of its container.
    pub processes: ProcessList,
    /// What is searched in its text.
    pub search: TextSearch,
}

/// A search in the text of the details.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextSearch {
    /// What is searched; empty for nothing.
    pub text: String,
    /// Row of the hit that was gone to last.
    pub row: Option<usize>,
    /// Hits to go on by with the next frame; 0 goes to the first one from the first line shown on.
    pub seek: Option<i32>,
    /// First line that was shown when the search began.
    pub origin: usize,
}

/// A hit among all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextHit {
    /// Its row.
    pub row: usize,
    /// Which one it is, from 1.
    pub number: usize,
    /// How many there are.
    pub count: usize,
}

impl TextSearch {
    /// The hit that is gone to among `hits`, the rows in order, where `top` is the first line shown.
    #[must_use]
    pub fn hit(&self, hits: &[usize], top: usize) -> Option<TextHit> {
        let count = hits.len();
        let from = self.row.unwrap_or(top);
        let next = hits.partition_point(|row| *row < from) % count.max(1);
        let by = match (self.seek, self.row) {
            (Some(by), Some(_)) => i64::from(by),
            // The first step leads to the first hit in sight, or to the one before.
            (Some(by), None) if by < 0 => i64::from(by),
            (Some(by), None) => i64::from(by.max(1)) - 1,
            (None, _) => 0,
        };
        let at = i64::try_from(next).ok()? + by;
        let at = usize::try_from(at.rem_euclid(i64::try_from(count).ok()?.max(1))).ok()?;
        let row = *hits.get(at)?;
        Some(TextHit {
            row,
            number: at + 1,
            count,
        })
    }
}

impl DetailsState {
    /// Whether its tab is a text that can be searched.
    #[must_use]
    pub fn has_text(&self) -> bool {
        !matches!(self.tab, DetailsTab::Charts | DetailsTab::Logs)
    }

    /// The tab `tab` of `service` from its first line on, with nothing fetched yet.
    #[must_use]
    pub const fn of(service: ServiceId, tab: DetailsTab) -> Self {
        Self {
            service,
            tab,
            top: 0,
            inspect: None,
            inspecting: false,
            tree: InspectTree::NEW,
            processes: ProcessList::NONE,
            search: TextSearch {
                text: String::new(),
                row: None,
                seek: None,
                origin: 0,
            },
        }
    }
}
