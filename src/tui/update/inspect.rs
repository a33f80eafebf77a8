//! Keys of the raw inspection: moving, folding.

use crate::model::Outline;
use crate::tui::input::action::{Action, Direction};
use crate::tui::state::inspect::InspectTree;
use crate::tui::state::{DetailsState, Viewport, scroll_to};
use crate::tui::update::scroll::{chosen, lines};

/// Carries out `action` on the tree of the open inspection.
pub(super) fn act(details: &mut DetailsState, action: &Action, viewport: Viewport) {
    let Some(Ok(answer)) = &details.inspect else {
        return;
    };
    let (tree, outline) = (&mut details.tree, &answer.outline);
    match action {
        Action::Enter => fold(tree, outline, None),
        Action::Move(Direction::Left) => fold(tree, outline, Some(true)),
        Action::Move(Direction::Right) => fold(tree, outline, Some(false)),
        Action::Row(row) if *row == tree.selected => fold(tree, outline, None),
        Action::Row(row) => tree.selected = *row,
        _ => {
            let visible = tree.visible(outline);
            let place = tree.place(&visible);
            let all = Viewport {
                total: visible.len(),
                ..viewport
            };
            let next = match chosen(action, place, visible.len()) {
                Some(next) => next,
                None => {
                    details.top = all.scrolled(details.top, lines(action, viewport.rows));
                    let last = (details.top + viewport.rows).saturating_sub(1);
                    place.clamp(details.top, last.max(details.top))
                }
            };
            tree.selected = visible.get(next).copied().unwrap_or(tree.selected);
        }
    }
    let visible = tree.visible(outline);
    let place = tree.place(&visible);
    details.top = scroll_to(details.top, place, viewport.rows.max(1), visible.len());
}

/// Folds the chosen row or unfolds it; the other of both for `None`. Where there is nothing to fold,
/// the row that it is in is chosen.
fn fold(tree: &mut InspectTree, outline: &Outline, folds: Option<bool>) {
    let at = tree.selected;
    let Some(row) = outline.row(at) else { return };
    let is_folded = tree.folded.contains(&at);
    let folds = folds.unwrap_or(!is_folded);
    if folds && (is_folded || row.children == 0) {
        if let Some(parent) = row.parent {
            tree.selected = parent as usize;
        }
    } else if !folds {
        tree.folded.remove(&at);
    } else {
        tree.folded.insert(at);
    }
}
