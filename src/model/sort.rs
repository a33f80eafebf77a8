//! Sorting with code that all types share.
//!
//! The standard library's stable sort is compiled anew for each type and each comparison, six
//! kilobytes each time, and there are a hundred. Here the positions are sorted, by one copy of that
//! code, and the items are moved to them afterwards. What is sorted thousands of times a second
//! keeps to the standard library.

use std::cmp::Ordering;

/// Stable sorting of a slice; equal items keep their order.
pub trait SortShared<T> {
    /// Sorts by the order of the items.
    fn sort_shared(&mut self)
    where
        T: Ord;

    /// Sorts by `compare`.
    fn sort_shared_by(&mut self, compare: impl FnMut(&T, &T) -> Ordering);

    /// Sorts by what `key` gives for each item; it is called for each comparison.
    fn sort_shared_by_key<K: Ord>(&mut self, key: impl FnMut(&T) -> K);
}

impl<T> SortShared<T> for [T] {
    fn sort_shared(&mut self)
    where
        T: Ord,
    {
        self.sort_shared_by(T::cmp);
    }

    fn sort_shared_by(&mut self, mut compare: impl FnMut(&T, &T) -> Ordering) {
        let mut from = sorted(self.len(), &mut |a, b| compare(&self[a], &self[b]));
        // Along each cycle every item is swapped to its place once.
        for start in 0..from.len() {
            let mut place = start;
            while from[place] != start {
                let next = from[place];
                from[place] = place;
                self.swap(place, next);
                place = next;
            }
            from[place] = place;
        }
    }

    fn sort_shared_by_key<K: Ord>(&mut self, mut key: impl FnMut(&T) -> K) {
        self.sort_shared_by(|a, b| key(a).cmp(&key(b)));
    }
}

/// Which of `count` items belongs to each place.
#[inline(never)]
fn sorted(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|a, b| compare(*a, *b));
    order
}

#[cfg(test)]
mod tests {
    use std::cmp::Reverse;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_sorts_as_the_standard_library_does(items in prop::collection::vec((0_u8..20, any::<u16>()), 0..200)) {
            let expected = |sort: fn(&mut Vec<(u8, u16)>)| {
                let mut items = items.clone();
                sort(&mut items);
                items
            };
            prop_assert_eq!(expected(|items| items.sort_shared()), expected(|items| items.sort()));
            prop_assert_eq!(
                expected(|items| items.sort_shared_by_key(|item| item.0)),
                expected(|items| items.sort_by_key(|item| item.0))
            );
            prop_assert_eq!(
                expected(|items| items.sort_shared_by(|a, b| b.0.cmp(&a.0))),
                expected(|items| items.sort_by_key(|item| Reverse(item.0)))
            );
        }
    }
}
