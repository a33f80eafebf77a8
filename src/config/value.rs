//! A value as it was written, and how it becomes a setting.

use std::time::Duration;

use crate::model::parse_duration;
use crate::model::secrets::{mask_text, mask_words};

/// A value from file or environment before anybody knows what it should be.
#[derive(Clone, Debug, PartialEq)]
pub enum Raw {
    /// Text of an environment variable: may stand for any type.
    Word(String),
    /// A TOML string.
    Text(String),
    /// A TOML integer.
    Integer(i64),
    /// A TOML float.
    Float(f64),
    /// A TOML boolean.
    Bool(bool),
    /// A TOML array.
    List(Vec<Raw>),
    /// Something else, by its TOML type name.
    Other(&'static str),
}

impl Raw {
    /// The value as an operator would recognise it in a message, with the secrets masked that it
    /// shows itself.
    pub fn shown(&self) -> String {
        match self {
            Self::Word(text) | Self::Text(text) => format!("{:?}", mask_text(text)),
            Self::Integer(number) => number.to_string(),
            Self::Float(number) => number.to_string(),
            Self::Bool(yes) => yes.to_string(),
            Self::List(items) => {
                let words: Vec<String> = items
                    .iter()
                    .map(|item| item.text().unwrap_or_default().to_owned())
                    .collect();
                let masked = mask_words(&words);
                let shown = items
                    .iter()
                    .zip(masked)
                    .map(|(item, word)| match item.text() {
                        Some(_) => format!("{word:?}"),
                        None => item.shown(),
                    });
                format!("[{}]", shown.collect::<Vec<_>>().join(", "))
            }
            Self::Other(kind) => format!("a {kind}"),
        }
    }

    /// Text, not trimmed.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Word(text) | Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A boolean; a word may say `true/false`, `1/0`, `yes/no` or `on/off`.
    pub fn bool(&self) -> Option<bool> {
        match self {
            Self::Bool(yes) => Some(*yes),
            Self::Word(word) => match word.trim().to_ascii_lowercase().as_str() {
                "true" | "1" | "yes" | "on" => Some(true),
                "false" | "0" | "no" | "off" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// An integer.
    pub fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            Self::Word(word) => word.trim().parse().ok(),
            _ => None,
        }
    }

    /// An integer in `low..=high`.
    pub fn count<T: TryFrom<i64>>(&self, low: i64, high: i64) -> Option<T> {
        let number = self
            .integer()
            .filter(|number| (low..=high).contains(number))?;
        T::try_from(number).ok()
    }

    /// A list of texts; a word is split at commas, a single text stands for a list of one.
    pub fn list(&self) -> Option<Vec<String>> {
        match self {
            Self::Word(word) => Some(
                word.split(',')
                    .map(str::trim)
                    .filter(|item| !item.is_empty())
                    .map(str::to_owned)
                    .collect(),
            ),
            Self::Text(text) => Some(vec![text.clone()]),
            Self::List(items) => items
                .iter()
                .map(|item| item.text().map(str::to_owned))
                .collect(),
            _ => None,
        }
    }

    /// A duration: `"500ms"`, `"30s"`, `"2m"`, `"1h30m"`, or a bare number of seconds.
    pub fn duration(&self) -> Option<Duration> {
        match self {
            Self::Word(text) | Self::Text(text) => parse_duration(text),
            Self::Integer(seconds) => u64::try_from(*seconds).ok().map(Duration::from_secs),
            Self::Float(seconds) => Duration::try_from_secs_f64(*seconds).ok(),
            _ => None,
        }
    }

    /// A duration in `low..=high`.
    pub fn duration_in(&self, low: Duration, high: Duration) -> Option<Duration> {
        self.duration()
            .filter(|length| (low..=high).contains(length))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_take_units_and_bare_seconds() {
        for (text, millis) in [
            ("30s", Some(30_000)),
            ("500ms", Some(500)),
            ("1.5s", Some(1_500)),
            ("2m", Some(120_000)),
            ("1h", Some(3_600_000)),
            ("1h30m", Some(5_400_000)),
            ("30", Some(30_000)),
            (" 5 s ", Some(5_000)),
            ("", None),
            ("s", None),
            ("-1s", None),
            ("1d", None),
            ("1.2.3s", None),
            ("日", None),
            ("99999999999999999999999h", None),
        ] {
            assert_eq!(
                parse_duration(text),
                millis.map(Duration::from_millis),
                "{text:?}"
            );
        }
        assert_eq!(Raw::Integer(30).duration(), Some(Duration::from_secs(30)));
        assert_eq!(Raw::Integer(-1).duration(), None);
        assert_eq!(Raw::Float(0.5).duration(), Some(Duration::from_millis(500)));
        assert_eq!(Raw::Float(f64::NAN).duration(), None);
    }

    #[test]
    fn words_stand_for_any_type_and_file_values_only_for_theirs() {
        assert_eq!(Raw::Word("Yes".into()).bool(), Some(true));
        assert_eq!(Raw::Text("true".into()).bool(), None);
        assert_eq!(Raw::Word(" 7 ".into()).count::<u16>(1, 9), Some(7));
        assert_eq!(Raw::Text("7".into()).count::<u16>(1, 9), None);
        assert_eq!(Raw::Integer(70_000).count::<u16>(1, 100_000), None);
        assert_eq!(
            Raw::Word("a, b,".into()).list(),
            Some(vec!["a".into(), "b".into()])
        );
        assert_eq!(Raw::List(vec![Raw::Integer(1)]).list(), None);
    }
}
