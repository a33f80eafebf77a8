//! What the terminal can show and take, by what its environment tells.

use crate::tui::draw::theme::ColorDepth;
use crate::tui::state::{ColorChoice, LinkChoice};

use super::clipboard::Clipboard;
use super::hyperlinks::shows_links;

/// See the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Abilities {
    /// Colours.
    pub depth: ColorDepth,
    /// Whether ports are written as links.
    pub links: bool,
    /// What becomes of a copy.
    pub clipboard: Clipboard,
}

impl Abilities {
    /// No colours and no links.
    pub const NONE: Self = Self {
        depth: ColorDepth::None,
        links: false,
        clipboard: Clipboard::Terminal,
    };

    /// Reads the environment through `variable`.
    #[must_use]
    pub fn detect(
        color: ColorChoice,
        links: LinkChoice,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Self {
        Self {
            depth: ColorDepth::detect(color, variable),
            links: shows_links(links, variable),
            clipboard: Clipboard::detect(variable),
        }
    }
}
