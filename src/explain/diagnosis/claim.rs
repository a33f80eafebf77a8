//! To which causes a line belongs.

use crate::model::{Finding, ReasonCode};

use super::Cause;
use super::pattern::{Line, Pattern};
use super::probed::FindingParts;

/// Where a line comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ClaimSource {
    /// The engine's error of the last start.
    Engine,
    /// Docker's healthcheck.
    Check,
    /// The log.
    Log,
}

/// A cause that recognises a line, a finding or a reason.
pub(super) struct Claim {
    /// The cause.
    pub cause: &'static Cause,
    /// Its place in the file.
    pub order: usize,
    /// The pattern that fits, where it may have groups.
    pub pattern: Option<&'static Pattern>,
    /// Whether the pattern is weak evidence.
    pub vague: bool,
    /// Whether it counts only with something around it.
    pub suspect: bool,
}

/// The first cause that names the code of the reason.
pub(super) fn of_reason(causes: &'static [Cause], code: ReasonCode) -> Option<Claim> {
    first(causes, &|cause| cause.reasons.contains(&code))
}

/// The first cause that recognises what our probe found.
pub(super) fn of_finding(causes: &'static [Cause], finding: &Finding) -> Option<Claim> {
    let parts = FindingParts::of(finding);
    first(causes, &|cause| parts.fits(cause))
}

fn first(causes: &'static [Cause], fits: &dyn Fn(&Cause) -> bool) -> Option<Claim> {
    let (order, cause) = causes.iter().enumerate().find(|(_, cause)| fits(cause))?;
    Some(Claim {
        cause,
        order,
        pattern: None,
        vague: false,
        suspect: false,
    })
}

/// The first cause that recognises `line`, by an exact pattern before a vague one,
/// and those that the line does not distinguish from it.
pub(super) fn claims(causes: &'static [Cause], line: &Line<'_>, source: ClaimSource) -> Vec<Claim> {
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
                pattern: Some(pattern),
                vague: false,
                suspect: false,
            })
        })
    };
    let is_log = source == ClaimSource::Log;
    let told = first(&|cause| match source {
        ClaimSource::Engine => [&cause.engine, &cause.text],
        ClaimSource::Check => [&cause.check, &cause.text],
        ClaimSource::Log => [&cause.log, &cause.text],
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
            pattern: Some(pattern),
            vague: false,
            suspect: false,
        })
    });
    told.into_iter().chain(alike).collect()
}

/// Whether one of `patterns` fits `line`.
pub(super) fn fits(patterns: &[Pattern], line: &Line<'_>) -> bool {
    patterns.iter().any(|pattern| pattern.is_in(line))
}
