//! What is to be known of the sources of a log: that one ended, or cannot be read.

/// What is to be said once about a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogNews {
    /// Behind the last hit came the first one, or the other way round.
    SearchWrapped,
    /// The chosen line is no longer held: later ones took its room. The end is followed again.
    ChosenDiscarded,
}

/// What happened to the log of a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceNotice {
    /// It ended.
    Ended,
    /// It cannot be read, with the sentence that says why.
    Failed(String),
}

/// One notice of each source at most: what came last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogNotices {
    of_sources: Vec<(String, SourceNotice)>,
    /// What is still to be said.
    pub news: Option<LogNews>,
}

impl LogNotices {
    /// Sets the notice about `source`.
    pub fn set(&mut self, source: String, notice: SourceNotice) {
        self.remove(|other| other == source);
        self.of_sources.push((source, notice));
    }

    /// Removes the notices about sources that `again` knows to have lines again.
    pub fn remove(&mut self, again: impl Fn(&str) -> bool) {
        self.of_sources.retain(|(source, _)| !again(source));
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.of_sources.is_empty()
    }

    /// Sources that cannot be read, and why.
    pub fn failed(&self) -> impl Iterator<Item = (&str, &str)> {
        self.of_sources
            .iter()
            .filter_map(|(source, notice)| match notice {
                SourceNotice::Failed(why) => Some((source.as_str(), why.as_str())),
                SourceNotice::Ended => None,
            })
    }

    /// Sources that ended.
    pub fn ended(&self) -> impl Iterator<Item = &str> {
        self.of_sources
            .iter()
            .filter(|(_, notice)| *notice == SourceNotice::Ended)
            .map(|(source, _)| source.as_str())
    }
}
