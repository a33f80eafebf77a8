//! The arguments of `hubdeck token`.

use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span};

use crate::model::{Timestamp, TokenScope};

/// What is done with tokens.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum TokenCommand {
    /// Make a token and print it, once: only its digest is kept.
    New(NewTokenArgs),
    /// Print the name, scopes and times of every token.
    List {
        /// Print one JSON document.
        #[arg(long)]
        json: bool,
    },
    /// Revoke a token; a running server refuses it at once.
    Revoke {
        /// What it is called.
        name: String,
    },
}

/// A token to be made.
#[derive(Args, Clone, Debug, PartialEq)]
pub struct NewTokenArgs {
    /// What it is called in the list and in the audit record [default: token-1, token-2, …].
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// What it permits; may be repeated. `act` includes `read`, `admin` includes all.
    #[arg(long = "scope", value_name = "SCOPE", value_delimiter = ',', default_value = "read", value_parser = scope())]
    pub scopes: Vec<TokenScope>,
    /// When it ends: a time from now (12h, 30d, 1y) or a date (2027-01-31) [default: never].
    #[arg(long, value_name = "TIME")]
    pub expires: Option<TokenEnd>,
}

fn scope() -> impl TypedValueParser<Value = TokenScope> {
    let known = PossibleValuesParser::new(TokenScope::ALL.map(TokenScope::id));
    known.try_map(|word| {
        let mut all = TokenScope::ALL.into_iter();
        all.find(|scope| scope.id() == word).ok_or("not a scope")
    })
}

/// When a token ends, as people type it.
#[derive(Clone, Copy, Debug)]
pub enum TokenEnd {
    /// So long from now.
    After(Span),
    /// At a time of a zone.
    At(Timestamp),
    /// At a local time; of a date when it begins.
    Local(DateTime),
}

impl TokenEnd {
    /// The time, where it is `now` in `zone`; `None` where it is past, or no calendar has it.
    #[must_use]
    pub fn resolve(self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let end = match self {
            Self::After(span) => now
                .to_zoned(zone.clone())
                .checked_add(span)
                .ok()?
                .timestamp(),
            Self::At(at) => at,
            Self::Local(local) => local.to_zoned(zone.clone()).ok()?.timestamp(),
        };
        (end > now).then_some(end)
    }
}

impl PartialEq for TokenEnd {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::After(one), Self::After(other)) => one.fieldwise() == other.fieldwise(),
            (Self::At(one), Self::At(other)) => one == other,
            (Self::Local(one), Self::Local(other)) => one == other,
            _ => false,
        }
    }
}

impl FromStr for TokenEnd {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(at) = text.parse() {
            return Ok(Self::At(at));
        }
        if let Ok(local) = text.parse() {
            return Ok(Self::Local(local));
        }
        if let Ok(date) = text.parse::<Date>() {
            return Ok(Self::Local(date.into()));
        }
        let length = text.parse::<SignedDuration>().ok();
        let span = length.and_then(|length| Span::try_from(length).ok());
        let span = span.or_else(|| text.parse().ok());
        span.map(Self::After)
            .ok_or("neither a time from now, such as 12h or 30d, nor a date, such as 2027-01-31")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_read_as_people_type_them() {
        let now: Timestamp = "2026-12-01T10:00:00Z".parse().expect("a time");
        for (text, end) in [
            ("12h", Some("2026-12-01T22:00:00Z")),
            ("30d", Some("2026-12-31T10:00:00Z")),
            ("1y", Some("2027-12-01T10:00:00Z")),
            ("2w", Some("2026-12-15T10:00:00Z")),
            ("2027-01-31", Some("2027-01-31T00:00:00Z")),
            ("2027-01-31T12:00", Some("2027-01-31T12:00:00Z")),
            ("2027-01-31T12:00:00+01:00", Some("2027-01-31T11:00:00Z")),
            ("2026-11-30", None),
            ("-1h", None),
            ("0s", None),
        ] {
            let read: TokenEnd = text.parse().expect(text);
            let resolved = read.resolve(now, &TimeZone::UTC);
            assert_eq!(
                resolved,
                end.map(|end| end.parse().expect("a time")),
                "{text}"
            );
        }
        for wrong in ["", "soon", "30", "1x"] {
            assert!(wrong.parse::<TokenEnd>().is_err(), "{wrong}");
        }
    }
}
