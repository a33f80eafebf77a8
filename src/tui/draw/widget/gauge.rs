//! A gauge: use against a limit.

use ratatui::text::Span;

use crate::tui::draw::glyphs::Glyphs;
use crate::tui::draw::theme::{Role, Theme};

const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/// The share beyond which a bar warns.
pub const WARNING: f64 = 0.9;

/// A bar of `cells` filled to `share` (0 to 1) in the colour of `role`, beyond [`WARNING`] in that of a
/// warning.
#[must_use]
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss
)]
pub fn gauge(
    share: f64,
    cells: usize,
    role: Role,
    theme: &Theme,
    glyphs: Glyphs,
) -> [Span<'static>; 2] {
    let share = if share.is_finite() {
        share.clamp(0.0, 1.0)
    } else {
        0.0
    };
    let role = if share > WARNING {
        Role::Degraded
    } else {
        role
    };
    let eighths = (share * cells as f64 * 8.0).round() as usize;
    let (whole, part) = (eighths / 8, eighths % 8);
    let (full, rest) = if glyphs.ascii {
        ("#".repeat(whole), ".")
    } else {
        ("█".repeat(whole) + EIGHTHS[part], "·")
    };
    let rest = rest.repeat(cells - full.chars().count().min(cells));
    [
        Span::styled(full, theme.style(role)),
        Span::styled(rest, theme.style(Role::Dim)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(share: f64, cells: usize, ascii: bool) -> String {
        let spans = gauge(
            share,
            cells,
            Role::Memory,
            &Theme::default(),
            Glyphs { ascii },
        );
        spans.iter().map(|span| span.content.as_ref()).collect()
    }

    #[test]
    fn the_bar_always_takes_its_cells() {
        assert_eq!(bar(0.5, 4, false), "██··");
        assert_eq!(bar(0.3, 4, false), "█▎··");
        assert_eq!(bar(0.5, 4, true), "##..");
        assert_eq!(bar(7.0, 3, false), "███");
        assert_eq!(bar(f64::NAN, 3, true), "...");
        assert_eq!(bar(0.99, 3, false), "███");
        assert_eq!(bar(0.5, 0, false), "");
    }
}
