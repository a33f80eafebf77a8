//! What services stand under: a layer or a stack.

use std::ops::Range;

use ratatui::layout::Rect;

use crate::model::{Layer, ServiceId, StackName};

/// What services stand under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TitleName {
    /// A layer.
    Layer(Layer),
    /// A stack; `None` for services without one.
    Stack(Option<StackName>),
}

/// A group of services with its title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title {
    /// What they have in common.
    pub name: TitleName,
    /// Its rows; the first one holds the title.
    pub rows: Range<u16>,
    /// Its columns, where groups stand side by side; `None` where it takes the whole width.
    pub columns: Option<Range<u16>>,
    /// Whether the first row is free of cards and takes a rule.
    pub ruled: bool,
    /// Services in its rows.
    pub members: Vec<ServiceId>,
}

impl Title {
    /// Takes the services of its layer that stand in its rows.
    pub(super) fn with_members(mut self, cards: &[(ServiceId, Rect)], layers: &[Layer]) -> Self {
        let inside = cards.iter().zip(layers).filter(|((_, place), layer)| {
            self.name == TitleName::Layer(**layer) && self.rows.contains(&place.y)
        });
        self.members = inside.map(|((id, _), _)| id.clone()).collect();
        self
    }
}
