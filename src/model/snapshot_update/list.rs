//! Bounded lists of which old items go at the front and new ones come at the end.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::BrokenUpdate;

/// How a list differs from the one before: so many of its items are kept, from the one at `from` on,
/// and those that follow are new.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct ListUpdate<T> {
    from: usize,
    kept: usize,
    new: Vec<Arc<T>>,
}

impl<T> ListUpdate<T> {
    /// How `now` differs from `before`; `None` where it does not. Items are the same where they are
    /// shared.
    pub fn between(before: Option<&[Arc<T>]>, now: &[Arc<T>]) -> Option<Self> {
        let old = before.unwrap_or_default();
        let same = |(a, b): &(&Arc<T>, &Arc<T>)| Arc::ptr_eq(a, b);
        let first = now.first();
        let from = first
            .and_then(|first| old.iter().position(|item| Arc::ptr_eq(item, first)))
            .unwrap_or(old.len());
        let kept = old[from..].iter().zip(now).take_while(same).count();
        let is_same = before.is_some() && kept == old.len() && kept == now.len();
        (!is_same).then(|| Self {
            from,
            kept,
            new: now[kept..].to_vec(),
        })
    }

    /// The list that it makes of `before`.
    pub fn apply(self, before: &[Arc<T>]) -> Result<Vec<Arc<T>>, BrokenUpdate> {
        let end = self.from.checked_add(self.kept).ok_or(BrokenUpdate)?;
        let kept = before.get(self.from..end).ok_or(BrokenUpdate)?;
        Ok(kept.iter().cloned().chain(self.new).collect())
    }
}
