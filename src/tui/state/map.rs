//! State of the map: level of detail and what is scrolled out.

pub mod layout;

/// How much of a service the map shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZoomLevel {
    /// A sign and a short name, without lines between services.
    Glyph,
    /// One row in a list, without lines between services.
    List,
    /// A card of one row; lines run between the cards.
    Line,
    /// A bordered card of so many rows, 3 to 6; lines run between the cards.
    Card(u16),
}

impl ZoomLevel {
    /// Levels to choose from by hand, from the least detail to the most.
    pub const LADDER: [Self; 7] = [
        Self::Glyph,
        Self::List,
        Self::Line,
        Self::Card(3),
        Self::Card(4),
        Self::Card(5),
        Self::Card(6),
    ];

    /// Its place on the ladder, from 1.
    #[must_use]
    pub fn number(self) -> usize {
        let at = Self::LADDER.iter().position(|level| *level == self);
        at.map_or(Self::LADDER.len(), |at| at + 1)
    }

    /// What services are drawn as.
    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Glyph => "names",
            Self::List => "list",
            Self::Line => "chips",
            Self::Card(_) => "cards",
        }
    }

    /// Rows of a card.
    #[must_use]
    pub const fn rows(self) -> u16 {
        match self {
            Self::Card(rows) => rows,
            Self::Glyph | Self::List | Self::Line => 1,
        }
    }

    /// Whether lines run between the cards.
    #[must_use]
    pub const fn has_lines(self) -> bool {
        matches!(self, Self::Line | Self::Card(_))
    }

    /// Whether CPU and memory have a place on it.
    #[must_use]
    pub const fn has_figures(self) -> bool {
        matches!(self, Self::List | Self::Card(_))
    }
}

/// Who chooses the level of detail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Zoom {
    /// The map: as rich as space allows.
    #[default]
    Auto,
    /// The operator; what does not fit scrolls.
    At(ZoomLevel),
}

/// State of the map.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MapState {
    /// First row shown.
    pub top: usize,
    /// First column shown.
    pub left: usize,
    /// Level of detail.
    pub zoom: Zoom,
}
