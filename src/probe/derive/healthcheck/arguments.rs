//! The arguments of a command, split as its own parser does.

/// One argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Argument<'a> {
    /// A flag (`-H`, `--header`) with its value where it takes one.
    Flag(&'a str, &'a str),
    /// Anything else.
    Plain(&'a str),
}

/// Reads `words`: letters in `short` and names in `long` (without dashes) take a value, which
/// stands in the same word (`-Hvalue`, `--header=value`) or in the next one.
pub(super) fn read<'a>(words: &'a [String], short: &str, long: &[&str]) -> Vec<Argument<'a>> {
    let mut found = Vec::new();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        if let Some(name) = word.strip_prefix("--").filter(|name| !name.is_empty()) {
            let (name, value) = match name.split_once('=') {
                Some((name, value)) => (name, value),
                None if long.contains(&name) => (name, rest.next().map_or("", String::as_str)),
                None => (name, ""),
            };
            found.push(Argument::Flag(&word[..2 + name.len()], value));
        } else if word.len() > 1 && word.starts_with('-') && word.is_ascii() && word != "--" {
            letters(word, short, &mut rest, &mut found);
        } else {
            found.push(Argument::Plain(word));
        }
    }
    found
}

/// The flags of `-abc`. The first of `short` takes what follows it, or the next word.
fn letters<'a>(
    word: &'a str,
    short: &str,
    rest: &mut std::slice::Iter<'a, String>,
    found: &mut Vec<Argument<'a>>,
) {
    for at in 1..word.len() {
        let letter = &word[at..=at];
        if !short.contains(letter) {
            found.push(Argument::Flag(letter, ""));
            continue;
        }
        let value = match &word[at + 1..] {
            "" => rest.next().map_or("", String::as_str),
            value => value,
        };
        found.push(Argument::Flag(letter, value));
        break;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_in_the_same_word_or_in_the_next() {
        let words = [
            "-fsSo",
            "/dev/null",
            "-HX: 1",
            "--header",
            "Y: 2",
            "--header=Z: 3",
            "-k",
            "url",
            "-",
            "--",
        ]
        .map(str::to_owned);
        use Argument::{Flag, Plain};
        assert_eq!(
            read(&words, "oH", &["header"]),
            [
                Flag("f", ""),
                Flag("s", ""),
                Flag("S", ""),
                Flag("o", "/dev/null"),
                Flag("H", "X: 1"),
                Flag("--header", "Y: 2"),
                Flag("--header", "Z: 3"),
                Flag("k", ""),
                Plain("url"),
                Plain("-"),
                Plain("--"),
            ]
        );
        let open = ["-H".to_owned()];
        assert_eq!(read(&open, "H", &[]), [Flag("H", "")]);
    }
}
