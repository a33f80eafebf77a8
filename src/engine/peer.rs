//! What is at the other end of a connection, for the words about it.

/// The program that is connected to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Peer {
    /// A container engine.
    #[default]
    Engine,
    /// Another hubdeck.
    Hubdeck,
}

impl Peer {
    /// As the subject of a sentence.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Engine => "the engine",
            Self::Hubdeck => "that hubdeck",
        }
    }

    /// The program that is run behind SSH.
    pub const fn program(self) -> &'static str {
        match self {
            Self::Engine => "docker",
            Self::Hubdeck => "hubdeck",
        }
    }

    /// What to ask when nothing listens.
    pub const fn refuses(self) -> &'static str {
        match self {
            Self::Engine => "connection refused; is the engine running?",
            Self::Hubdeck => "connection refused; is `hubdeck --serve` running there?",
        }
    }

    /// What to do when the socket may not be opened.
    pub const fn denies(self) -> &'static str {
        match self {
            Self::Engine => "permission denied; add yourself to the docker group or use sudo",
            Self::Hubdeck => "permission denied; this user may not open that socket",
        }
    }

    /// What it means when the connection ends.
    pub const fn closes(self) -> &'static str {
        match self {
            Self::Engine => "the engine closed the connection",
            Self::Hubdeck => "that hubdeck closed the connection",
        }
    }
}
