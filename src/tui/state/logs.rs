//! A log tail: its lines and how they are looked at.

pub mod find;
pub mod histogram;
pub mod layout;
mod notices;
pub mod patterns;
pub mod place;
pub mod record;
pub mod ring;
mod sgr;
pub mod text;
pub mod time;

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use crate::model::{InstanceId, LogLine, ServiceId, SignedDuration, Timestamp};
use crate::tui::state::Scope;

pub use find::LogFind;
pub use layout::LineLook;
pub use notices::{LogNews, LogNotices, SourceNotice};
pub use patterns::PatternsState;
pub use ring::{LineNumber, LineWeight, LogRing};

/// That the log of everything in view is followed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InView {
    /// What limits the services.
    pub scope: Scope,
    /// How many services are in view.
    pub services: usize,
}

/// Where a log tail begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogBegin {
    /// A few lines from the end.
    #[default]
    Tail,
    /// So long before it was opened.
    Since(SignedDuration),
    /// With the first line there is.
    All,
    /// At a moment, that of an event for example: the view stays there, and of more lines than fit
    /// the first ones are kept.
    Moment(Timestamp),
}

impl LogBegin {
    /// Further and further back, as one key goes.
    pub const STEPS: [Self; 8] = [
        Self::Tail,
        Self::Since(SignedDuration::from_mins(1)),
        Self::Since(SignedDuration::from_mins(5)),
        Self::Since(SignedDuration::from_mins(15)),
        Self::Since(SignedDuration::from_hours(1)),
        Self::Since(SignedDuration::from_hours(6)),
        Self::Since(SignedDuration::from_hours(24)),
        Self::All,
    ];

    /// The moment at which the view stays.
    #[must_use]
    pub const fn moment(self) -> Option<Timestamp> {
        match self {
            Self::Moment(at) => Some(at),
            _ => None,
        }
    }
}

/// Which streams of containers are open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogStreams {
    /// Containers whose stream is open now.
    pub open: HashSet<InstanceId>,
    /// Those whose stream ended, and when: it is opened again after a later start.
    pub ended: Vec<(InstanceId, Timestamp)>,
}

/// State of a log tail.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogsState {
    /// Services whose logs are shown; empty: none chosen yet.
    pub services: Vec<ServiceId>,
    /// Set where these are not chosen one by one, but all that are in view.
    pub in_view: Option<InView>,
    /// Containers whose stream was opened, with the name to show: their lines are held longer than
    /// the stream is open.
    pub sources: Vec<(InstanceId, String)>,
    /// Which of their streams are open.
    pub streams: LogStreams,
    /// Where the tail begins.
    pub begin: LogBegin,
    /// What arrived.
    pub ring: LogRing,
    /// Shown lines below what is in sight; 0 at the end.
    pub back: usize,
    /// Rows of the lowest line that are hidden below the view (a wrapped line is high).
    pub below: usize,
    /// Whether the end is followed.
    pub follow: bool,
    /// How lines look.
    pub look: LineLook,
    /// Which lines are shown, and which are hits.
    pub find: LogFind,
    /// The chosen line.
    pub cursor: Option<LineNumber>,
    /// Lines that the operator marked.
    pub marked: BTreeSet<LineNumber>,
    /// The patterns of the lines, once they were asked for.
    pub patterns: Option<PatternsState>,
    /// Which of its sources ended or cannot be read.
    pub notices: LogNotices,
}

impl LogsState {
    /// How many lines are shown, in sight or not.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.find.shown {
            Some(shown) => shown.numbers.len(),
            None => self.ring.lines.len(),
        }
    }

    /// Whether no line is shown.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of the shown line at `index`.
    #[must_use]
    pub fn number(&self, index: usize) -> Option<LineNumber> {
        match &self.find.shown {
            Some(shown) => shown.numbers.get(index).copied(),
            None => (index < self.ring.lines.len()).then(|| self.ring.number(index)),
        }
    }

    /// The shown line at `index`.
    #[must_use]
    pub fn line(&self, index: usize) -> Option<&Arc<LogLine>> {
        self.ring.line(self.number(index)?)
    }

    /// Where line `number` stands among the shown ones, else the first one after it.
    #[must_use]
    pub fn position(&self, number: LineNumber) -> usize {
        match &self.find.shown {
            Some(shown) => shown.numbers.partition_point(|each| *each < number),
            None => {
                let index = number.saturating_sub(self.ring.discarded);
                usize::try_from(index).map_or(self.len(), |index| index.min(self.len()))
            }
        }
    }

    /// Where line `number` stands among the shown ones; `None` where it is not shown.
    #[must_use]
    pub fn shown_at(&self, number: LineNumber) -> Option<usize> {
        let index = self.position(number);
        (self.number(index) == Some(number)).then_some(index)
    }

    /// The chosen line, while it is shown.
    #[must_use]
    pub fn chosen(&self) -> Option<&Arc<LogLine>> {
        self.line(self.shown_at(self.cursor?)?)
    }
}

/// The name of one of `sources`.
#[must_use]
pub fn source_name(sources: &[(InstanceId, String)], instance: &InstanceId) -> String {
    let source = sources.iter().find(|(id, _)| id == instance);
    source.map_or_else(|| instance.short().to_owned(), |(_, name)| name.clone())
}
