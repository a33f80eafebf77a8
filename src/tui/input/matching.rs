//! How well what was typed is found in a name.

/// How well the letters of `pattern` are found in `text`, in order and any case; `None` when they
/// are not. Letters in a row and at the start of a word count more; an empty pattern is found
/// everywhere.
#[must_use]
pub fn score(pattern: &str, text: &str) -> Option<i32> {
    let wanted: Vec<char> = pattern
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect();
    let letters: Vec<char> = text
        .chars()
        .map(|c| c.to_lowercase().next().unwrap_or(c))
        .collect();
    let length = i32::try_from(letters.len()).unwrap_or(i32::MAX).min(60);
    let Some(first) = wanted.first() else {
        return Some(-length / 4);
    };
    // The first letter may stand in several places; the best of them counts.
    let starts = (0..letters.len()).filter(|at| letters[*at] == *first);
    let best = starts
        .filter_map(|start| score_from(&wanted, &letters, start))
        .max()?;
    Some(best * 4 - length / 4)
}

fn score_from(wanted: &[char], letters: &[char], start: usize) -> Option<i32> {
    let mut left = wanted.iter();
    let mut next = left.next();
    let mut streak = 0;
    let mut total = 0;
    for at in start..letters.len() {
        if next != Some(&letters[at]) {
            streak = 0;
            continue;
        }
        let word_start = at == 0 || !letters[at - 1].is_alphanumeric();
        streak += 1;
        total += streak * 3 + if word_start { 3 } else { 0 };
        next = left.next();
        if next.is_none() {
            return Some(total);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_in_order_are_found_and_the_better_match_wins() {
        assert_eq!(score("xyz", "hub/backend"), None);
        assert_eq!(score("dnb", "backend"), None, "order matters");
        assert!(score("", "anything").is_some());
        for (pattern, better, worse) in [
            ("db", "hub/db", "hub/mongodb-backup"),
            ("back", "hub/backend", "hub/b-a-c-k"),
            ("re", "Restart", "shop/frontend-proxy-extra"),
            ("BACK", "backend", "b_a_c_k"),
        ] {
            assert!(
                score(pattern, better) > score(pattern, worse),
                "{pattern}: {better} before {worse}"
            );
        }
    }
}
