//! The raw inspection as a tree: what is folded, which row is chosen.

use std::collections::BTreeSet;

use crate::model::{Inspection, Outline};

/// The tree as it is looked at; everything is unfolded at first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InspectTree {
    /// Rows below which nothing is shown.
    pub folded: BTreeSet<usize>,
    /// Chosen row, counted over all rows.
    pub selected: usize,
}

impl InspectTree {
    /// Everything unfolded, the first row chosen.
    pub const NEW: Self = Self {
        folded: BTreeSet::new(),
        selected: 0,
    };

    /// The rows that are not folded away, in order.
    #[must_use]
    pub fn visible(&self, outline: &Outline) -> Vec<usize> {
        let mut shown = Vec::new();
        let mut at = 0;
        while let Some(row) = outline.row(at) {
            shown.push(at);
            at = if self.folded.contains(&at) {
                row.end as usize
            } else {
                at + 1
            };
        }
        shown
    }

    /// The place of the chosen row among the `visible` ones; of a row that is folded away that of
    /// the one it is in.
    #[must_use]
    pub fn place(&self, visible: &[usize]) -> usize {
        visible
            .partition_point(|row| *row <= self.selected)
            .saturating_sub(1)
    }

    /// Chooses row `index`, and unfolds what it is in.
    pub fn unfold_to(&mut self, outline: &Outline, index: usize) {
        for parent in outline.ancestors(index) {
            self.folded.remove(&parent);
        }
        self.selected = index;
    }

    /// What can be copied of the chosen row of `answer`, each with what it is: its value, its path,
    /// its JSON, and the whole inspection. Secrets are masked.
    #[must_use]
    pub fn copies(&self, answer: &Inspection) -> Vec<(&'static str, String)> {
        let (text, outline) = (&answer.masked, &answer.outline);
        let mut copies = Vec::new();
        if let Some(row) = outline.row(self.selected) {
            let source = outline.source(text, self.selected);
            let is_leaf = row.children == 0;
            let plain = serde_json::from_str::<String>(&source).ok();
            copies.push((
                if is_leaf { "value" } else { "JSON" },
                plain.unwrap_or(source),
            ));
            copies.push(("path", outline.path(text, self.selected)));
        }
        copies.push(("all", text.clone()));
        copies
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Hidden;

    #[test]
    fn rows_below_a_folded_one_are_left_out_and_found_again() {
        let text =
            "{\n  \"A\": {\n    \"B\": [\n      1,\n      2\n    ]\n  },\n  \"C\": \"x\\ny\"\n}";
        let answer = Inspection::new(text.to_owned(), Hidden::default());
        let mut tree = InspectTree::NEW;
        assert_eq!(tree.visible(&answer.outline), [0, 1, 2, 3, 4]);
        tree.folded = [0, 1].into();
        assert_eq!(tree.visible(&answer.outline), [0, 4]);
        tree.selected = 3;
        assert_eq!(tree.place(&[0, 4]), 0);
        tree.unfold_to(&answer.outline, 3);
        assert_eq!(tree.visible(&answer.outline), [0, 1, 2, 3, 4]);
        let copies = |tree: &InspectTree| {
            let copies = tree.copies(&answer).into_iter();
            copies.take(2).map(|(_, text)| text).collect::<Vec<_>>()
        };
        assert_eq!(copies(&tree), ["2", ".A.B[1]"]);
        tree.selected = 4;
        assert_eq!(copies(&tree), ["x\ny", ".C"]);
        tree.selected = 1;
        assert_eq!(copies(&tree)[0], "[\n  1,\n  2\n]");
    }
}
