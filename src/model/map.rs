//! The forms in which the architecture map can be given out.

/// A form of the map outside the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MapFormat {
    /// Boxes and lines for a terminal or a text file.
    Text,
    /// A Mermaid flowchart, which code hosts render.
    Mermaid,
    /// A Graphviz graph.
    Dot,
    /// A drawing that stands on its own.
    Svg,
    /// Layers, services and edges with reasons and provenance.
    Json,
}

impl MapFormat {
    /// Every form.
    pub const ALL: [Self; 5] = [Self::Text, Self::Mermaid, Self::Dot, Self::Svg, Self::Json];

    /// The word used on the command line and in URLs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Mermaid => "mermaid",
            Self::Dot => "dot",
            Self::Svg => "svg",
            Self::Json => "json",
        }
    }

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Text | Self::Mermaid => "text/plain; charset=utf-8",
            Self::Dot => "text/vnd.graphviz; charset=utf-8",
            Self::Svg => "image/svg+xml",
            Self::Json => "application/json",
        }
    }
}
