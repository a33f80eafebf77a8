//! What is on a frame, kept for the next update.

use std::sync::Arc;

use ratatui::layout::Rect;

use crate::model::ServiceId;
use crate::tui::input::action::Action;
use crate::tui::state::TextHit;
use crate::tui::state::logs::place::LogPlace;
use crate::tui::state::map::layout::Layout;

/// What a click on an area means.
#[derive(Clone, Debug, PartialEq)]
pub enum Hit {
    /// Selects a service; a second click opens it.
    Service(ServiceId),
    /// Row `0` of a list.
    Row(usize),
    /// Carries out an action.
    Do(Action),
}

/// A scrolled region as it was drawn: the frame loop keeps it for the next `update`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Viewport {
    /// First row, line or cell shown.
    pub top: usize,
    /// Rows that fit.
    pub rows: usize,
    /// Rows there are.
    pub total: usize,
}

impl Viewport {
    /// `rows` of `total` from `top` on; a `top` beyond the last row that can be the first is that
    /// row.
    #[must_use]
    pub fn clamped(top: usize, rows: usize, total: usize) -> Self {
        let all = Self { top, rows, total };
        Self {
            top: top.min(all.last_top()),
            ..all
        }
    }

    /// The largest first row: the last row is at the bottom then.
    #[must_use]
    pub const fn last_top(self) -> usize {
        self.total.saturating_sub(self.rows)
    }

    /// The first row after scrolling from `top` by `by` rows; negative is up.
    #[must_use]
    pub fn scrolled(self, top: usize, by: isize) -> usize {
        let last = self.last_top();
        top.min(last).saturating_add_signed(by).min(last)
    }
}

/// Whether the open question was drawn so that it can be read before it is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Legibility {
    /// No question is open, or the terminal is too small for it: no answer counts.
    #[default]
    Unreadable,
    /// What is asked, what it is about and every answer are on screen in full.
    Readable,
}

impl Legibility {
    /// Readable where `whole` holds.
    #[must_use]
    pub const fn of(whole: bool) -> Self {
        if whole {
            Self::Readable
        } else {
            Self::Unreadable
        }
    }
}

/// A link on a frame: cells of one row that lead to a URL which hubdeck made itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The cells.
    pub area: Rect,
    /// Where it leads; `http` or `https`.
    pub url: String,
}

/// A log as it was drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DrawnLog {
    /// What stood at the bottom, which may be less far up than was asked for.
    pub place: Option<LogPlace>,
    /// Columns that the bars of the histogram above it had; 0 without one.
    pub histogram: usize,
}

/// What is on a frame: areas that answer the mouse, what is in sight, whether a question
/// can be read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawn {
    /// Later areas lie on top of earlier ones.
    pub areas: Vec<(Rect, Hit)>,
    /// Links, which a terminal may show as such.
    pub links: Vec<Link>,
    /// Rows that banners take above the view.
    pub banners: u16,
    /// The main region as drawn.
    pub viewport: Viewport,
    /// The map from left to right: columns instead of rows.
    pub across: Viewport,
    /// Cells that a line of text had, for rows of wrapped lines.
    pub columns: usize,
    /// The log as drawn.
    pub log: DrawnLog,
    /// The hit of a search in the details.
    pub hit: Option<TextHit>,
    /// The open dialog as drawn.
    pub dialog: Viewport,
    /// The lines of the chosen row of an open record as drawn.
    pub record_row: Viewport,
    /// Whether the open question can be read as it was drawn.
    pub question: Legibility,
    /// Services that are visible in this frame.
    pub visible: Vec<ServiceId>,
    /// Services whose CPU and memory have a place in this frame: they are sampled more often than
    /// others.
    pub measured: Vec<ServiceId>,
    /// The command of Why that can be copied, with the service that it is about.
    pub command: Option<(ServiceId, String)>,
    /// The map as it was laid out: the next frame draws it again while what it follows from is the
    /// same, and movement goes over its cards.
    pub map: Option<Arc<Layout>>,
}

impl Drawn {
    /// Makes the part of `area` inside `within` answer the mouse; nothing when there is none.
    pub fn add(&mut self, area: Rect, within: Rect, hit: Hit) {
        let area = area.intersection(within);
        if !area.is_empty() {
            self.areas.push((area, hit));
        }
    }

    /// What lies under the cell, topmost first.
    #[must_use]
    pub fn at(&self, x: u16, y: u16) -> Option<&Hit> {
        let position = ratatui::layout::Position::new(x, y);
        self.areas
            .iter()
            .rev()
            .find(|(area, _)| area.contains(position))
            .map(|(_, hit)| hit)
    }
}

/// The first row to show so that `selected` is visible in `rows` rows of `total`, moving as
/// little as possible from `top`.
#[must_use]
pub fn scroll_to(top: usize, selected: usize, rows: usize, total: usize) -> usize {
    let last_top = total.saturating_sub(rows);
    let lowest = (selected + 1).saturating_sub(rows);
    top.clamp(lowest.min(selected), selected.max(lowest))
        .min(last_top)
}
