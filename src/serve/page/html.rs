//! The document of the page: `page/shell.html` with the content of a snapshot, or without.

mod content;
mod times;

use crate::document::map;
use crate::model::Snapshot;
use crate::serve::html::escape;

/// The template.
const SHELL: &str = include_str!(concat!(env!("OUT_DIR"), "/shell.html"));
/// Where the signs of the states go.
const SYMBOLS: &str = "<!--symbols-->";
/// Where the content goes.
const CONTENT: &str = "<!--content-->";

/// The page without data; its scripts ask for a token and for the data.
pub(super) fn shell() -> String {
    let content = "<noscript><p class=\"empty\">To see anything, a token is needed, which a browser can send by \
                   scripting only.</p></noscript>\
                   <p class=\"empty scripted\">To see anything, a token is needed: load the page again to enter one.</p>";
    fill(content)
}

/// The page with the content of `snapshot`.
pub(super) fn page(snapshot: &Snapshot) -> String {
    fill(&content::of(snapshot))
}

fn fill(content: &str) -> String {
    // In one pass: what a container is called must not be taken for a place.
    let (head, rest) = SHELL.split_once(SYMBOLS).unwrap_or((SHELL, ""));
    let (middle, tail) = rest.split_once(CONTENT).unwrap_or((rest, ""));
    let versioned = |part: &str| part.replace("{version}", env!("CARGO_PKG_VERSION"));
    [
        &*versioned(head),
        &map::page_symbols(),
        middle,
        content,
        &versioned(tail),
    ]
    .concat()
}

#[cfg(test)]
mod tests;
