//! State of the details page.

use crate::model::{Inspection, ServiceId};
use crate::tui::input::page::DetailsTab;

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
}

impl DetailsState {
    /// The tab `tab` of `service` from its first line on, with nothing fetched yet.
    #[must_use]
    pub const fn of(service: ServiceId, tab: DetailsTab) -> Self {
        Self {
            service,
            tab,
            top: 0,
            inspect: None,
            inspecting: false,
        }
    }
}
