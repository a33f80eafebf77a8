//! The verdict on any HTTP answer: its status, and what a JSON body says of status and version.

use reqwest::StatusCode;

use super::answer::Answer;
use super::body::Word;
use crate::model::{ProbeOrigin, ProbeOutcome, ProbeSpec};
use crate::probe::protocol;

/// The verdict on `answer`, whose status is `accepted` or not.
pub(super) fn judge(spec: &ProbeSpec, answer: &Answer, accepted: bool) -> protocol::Answer {
    // A guessed path is no health endpoint: what its body says of a status is about something else.
    let guessed = match spec.origin {
        ProbeOrigin::Port => true,
        ProbeOrigin::Catalog => spec.path == "/",
        _ => false,
    };
    let word = answer.body.word().filter(|_| !guessed);
    let outcome = match word {
        Some(Word::Starting) => ProbeOutcome::Starting,
        _ if answer.status == StatusCode::TOO_MANY_REQUESTS => ProbeOutcome::Warning,
        _ if !accepted => ProbeOutcome::Failure,
        Some(Word::Bad) => ProbeOutcome::Failure,
        Some(Word::Warning) => ProbeOutcome::Warning,
        None => ProbeOutcome::Success,
    };
    protocol::Answer::judged(outcome, message(answer, outcome)).of_version(answer.body.version.clone())
}

/// `200 healthy 1.4.2`, `503 Service Unavailable: database is down`, `302 to https://id.example/`.
pub(super) fn message(answer: &Answer, outcome: ProbeOutcome) -> String {
    let body = &answer.body;
    let code = answer.status.as_u16();
    if let Some(location) = &answer.location {
        return format!("{code} to {location}");
    }
    let word = body.status.as_deref().or(answer.status.canonical_reason()).unwrap_or("");
    let mut message = format!("{code} {word}").trim_end().to_owned();
    if let Some(version) = &body.version {
        message = format!("{message} {version}");
    }
    match &body.detail {
        Some(detail) if outcome != ProbeOutcome::Success => format!("{message}: {detail}"),
        _ => message,
    }
}
