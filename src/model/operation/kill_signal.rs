//! Signals for a kill, by the names that Docker accepts.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A signal that is sent to the first process of a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KillSignal(u8);

/// The names without `SIG` and the numbers of Linux on x86 and ARM, which are those that Docker
/// knows; of two names of one number the first one is shown.
const NAMES: [(&str, u8); 34] = [
    ("HUP", 1),
    ("INT", 2),
    ("QUIT", 3),
    ("ILL", 4),
    ("TRAP", 5),
    ("ABRT", 6),
    ("IOT", 6),
    ("BUS", 7),
    ("FPE", 8),
    ("KILL", 9),
    ("USR1", 10),
    ("SEGV", 11),
    ("USR2", 12),
    ("PIPE", 13),
    ("ALRM", 14),
    ("TERM", 15),
    ("STKFLT", 16),
    ("CHLD", 17),
    ("CLD", 17),
    ("CONT", 18),
    ("STOP", 19),
    ("TSTP", 20),
    ("TTIN", 21),
    ("TTOU", 22),
    ("URG", 23),
    ("XCPU", 24),
    ("XFSZ", 25),
    ("VTALRM", 26),
    ("PROF", 27),
    ("WINCH", 28),
    ("IO", 29),
    ("POLL", 29),
    ("PWR", 30),
    ("SYS", 31),
];
/// The first real-time signal that programs may use.
const RTMIN: u8 = 34;
/// The last signal.
const RTMAX: u8 = 64;

/// A signal that Docker does not accept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no signal {0:?}; use a name such as SIGTERM or HUP, or a number from 1 to 64")]
pub struct UnknownSignal(String);

impl KillSignal {
    /// Ends a process without asking it; what `docker kill` sends unless told otherwise.
    pub const KILL: Self = Self(9);

    /// Its number on Linux.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// Whether programs are ended by it. What others do is up to the program: many read their
    /// configuration again on HUP, and rotate their logs on USR1.
    #[must_use]
    pub const fn is_ending(self) -> bool {
        // INT QUIT ILL TRAP ABRT, BUS FPE KILL, SEGV, TERM, XCPU XFSZ, SYS.
        matches!(self.0, 2..=9 | 11 | 15 | 24 | 25 | 31)
    }
}

impl FromStr for KillSignal {
    type Err = UnknownSignal;

    /// Reads `SIGTERM`, `term`, `15` or `RTMIN+3`, as Docker does.
    fn from_str(text: &str) -> Result<Self, UnknownSignal> {
        let upper = text.to_ascii_uppercase();
        let bare = upper.strip_prefix("SIG").unwrap_or(&upper);
        let named = NAMES.iter().find(|(name, _)| *name == bare);
        let number = named
            .map(|(_, number)| *number)
            .or_else(|| real_time(bare))
            .or_else(|| text.parse().ok());
        number
            .filter(|number| (1..=RTMAX).contains(number))
            .map(Self)
            .ok_or_else(|| UnknownSignal(text.to_owned()))
    }
}

/// The number of `RTMIN`, `RTMIN+3`, `RTMAX` or `RTMAX-3`.
fn real_time(name: &str) -> Option<u8> {
    let away = |text: &str, sign: char| match text.strip_prefix(sign) {
        Some(digits) => digits.parse::<u8>().ok(),
        None => text.is_empty().then_some(0),
    };
    let number = match name.strip_prefix("RTMIN") {
        Some(rest) => RTMIN.checked_add(away(rest, '+')?)?,
        None => RTMAX.checked_sub(away(name.strip_prefix("RTMAX")?, '-')?)?,
    };
    (RTMIN..=RTMAX).contains(&number).then_some(number)
}

impl fmt::Display for KillSignal {
    /// `SIGTERM`, `SIGRTMIN+3`; the number of the two signals without a name.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((name, _)) = NAMES.iter().find(|(_, number)| *number == self.0) {
            return write!(out, "SIG{name}");
        }
        match self.0.checked_sub(RTMIN) {
            None => write!(out, "{}", self.0),
            Some(0) => out.write_str("SIGRTMIN"),
            Some(more) => write!(out, "SIGRTMIN+{more}"),
        }
    }
}

impl TryFrom<String> for KillSignal {
    type Error = UnknownSignal;

    fn try_from(text: String) -> Result<Self, UnknownSignal> {
        text.parse()
    }
}

impl From<KillSignal> for String {
    fn from(signal: KillSignal) -> Self {
        signal.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_read_as_docker_reads_them() {
        for (text, number, shown) in [
            ("SIGKILL", 9, "SIGKILL"),
            ("kill", 9, "SIGKILL"),
            ("9", 9, "SIGKILL"),
            ("sigHup", 1, "SIGHUP"),
            ("IOT", 6, "SIGABRT"),
            ("RTMIN", 34, "SIGRTMIN"),
            ("SIGRTMIN+3", 37, "SIGRTMIN+3"),
            ("rtmax-14", 50, "SIGRTMIN+16"),
            ("RTMAX", 64, "SIGRTMIN+30"),
            ("32", 32, "32"),
        ] {
            let signal: KillSignal = text.parse().expect(text);
            assert_eq!(
                (signal.number(), signal.to_string()),
                (number, shown.to_owned()),
                "{text}"
            );
            let again = signal.to_string().parse();
            assert_eq!(again, Ok(signal), "what is shown is accepted");
        }
        for text in [
            "",
            "0",
            "65",
            "-9",
            "256",
            "SIG",
            "SIGSIGKILL",
            "NOPE",
            "RTMIN+31",
            "RTMIN-1",
            "RTMAX-31",
            "RTMIN+",
            "9 ",
            "KILL;reboot",
        ] {
            let wrong = text.parse::<KillSignal>().expect_err(text).to_string();
            assert!(
                wrong.starts_with(&format!("there is no signal {text:?}")),
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_signal_for_a_reload_is_not_taken_for_an_end() {
        let ends = |name: &str| name.parse::<KillSignal>().expect(name).is_ending();
        assert!(
            ["KILL", "TERM", "INT", "QUIT", "ABRT", "SEGV"]
                .into_iter()
                .all(ends)
        );
        let reports = [
            "HUP", "USR1", "USR2", "WINCH", "CONT", "CHLD", "STOP", "RTMIN+3",
        ];
        assert!(!reports.into_iter().any(ends));
    }
}
