//! To which causes a line belongs.

use super::Cause;
use super::pattern::{Line, Pattern};

/// Where a line comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// The engine's error of the last start.
    Engine,
    /// Our own probe.
    Probe,
    /// Docker's healthcheck.
    Check,
    /// The log.
    Log,
}

/// A cause that recognises a line.
pub(super) struct Claim {
    /// The cause.
    pub cause: &'static Cause,
    /// Its place in the file.
    pub order: usize,
    /// The pattern that fits.
    pub pattern: &'static Pattern,
    /// Whether the pattern tells little.
    pub vague: bool,
    /// Whether it counts only with something around it.
    pub suspect: bool,
}

/// The first cause that recognises `line`, by a pattern that tells something before one that is
/// vague, and those that the line cannot be told from.
pub(super) fn claims(causes: &'static [Cause], line: &Line<'_>, source: Source) -> Vec<Claim> {
    let all = || {
        causes
            .iter()
            .enumerate()
            .filter(|(_, cause)| !fits(&cause.not, line))
    };
    let first = |patterns: &dyn Fn(&'static Cause) -> [&'static [Pattern]; 2]| {
        all().find_map(|(order, cause)| {
            let mut patterns = patterns(cause).into_iter().flatten();
            let pattern = patterns.find(|pattern| pattern.is_in(line))?;
            Some(Claim {
                cause,
                order,
                pattern,
                vague: false,
                suspect: false,
            })
        })
    };
    let is_log = source == Source::Log;
    let told = first(&|cause| match source {
        Source::Engine => [&cause.engine, &cause.text],
        Source::Probe => [&cause.probe, &[]],
        Source::Check => [&cause.check, &cause.text],
        Source::Log => [&cause.log, &cause.text],
    });
    let suspect = || {
        first(&|cause| [&cause.suspect, &[]]).map(|claim| Claim {
            suspect: true,
            ..claim
        })
    };
    let vague = || {
        first(&|cause| [&cause.vague, &[]]).map(|claim| Claim {
            vague: true,
            ..claim
        })
    };
    let told = told
        .or_else(|| suspect().filter(|_| is_log))
        .or_else(|| vague().filter(|_| is_log));
    let alike = all().filter_map(|(order, cause)| {
        let pattern = cause.alike.iter().find(|pattern| pattern.is_in(line))?;
        Some(Claim {
            cause,
            order,
            pattern,
            vague: false,
            suspect: false,
        })
    });
    let alike = alike.filter(|_| source != Source::Probe);
    told.into_iter().chain(alike).collect()
}

fn fits(patterns: &[Pattern], line: &Line<'_>) -> bool {
    patterns.iter().any(|pattern| pattern.is_in(line))
}
