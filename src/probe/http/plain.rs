//! The verdict on any HTTP answer: its status, and what a JSON body says of status and version.

use reqwest::StatusCode;

use super::answer::HttpResponse;
use super::body::Word;
use crate::model::{HttpAnswer, HttpSaid, ProbeOrigin, ProbeOutcome, ProbeSpec};
use crate::probe::answer::Answer as Answered;

/// The verdict on `answer`, whose status is `accepted` or not.
pub(super) fn judge(spec: &ProbeSpec, answer: &HttpResponse, accepted: bool) -> Answered {
    // A guessed path need not be a health endpoint: what it says of a status may be about something
    // else.
    let guessed = match spec.origin {
        ProbeOrigin::Port => true,
        ProbeOrigin::Catalog => spec.path == "/",
        _ => false,
    };
    let word = answer.body.word();
    let outcome = outcome(answer, guessed, accepted);
    let doubted = guessed || answer.body.denied.is_some();
    let said = match word {
        Some(Word::Bad | Word::Warning) if doubted && answer.status.is_success() => {
            contradiction(answer)
        }
        _ => said(answer, outcome),
    };
    let said = HttpAnswer {
        may_want_host: may_want_host(spec, answer),
        ..said
    };
    Answered::http(outcome, said).of_version(answer.body.version.clone())
}

/// Whether the answer may be about the host name that was asked for, which nobody has chosen.
fn may_want_host(spec: &ProbeSpec, answer: &HttpResponse) -> bool {
    let chosen = !spec.request.host.is_empty() || spec.url.is_some();
    let status = answer.status.as_u16();
    let told = match status {
        400 => !answer.body.wants_tls && answer.body.detail.is_none(),
        421 => true,
        // A front page that is not there is often that of nobody in particular.
        404 => spec.path == "/" && spec.origin != ProbeOrigin::Port,
        _ => false,
    };
    !chosen && (told || (answer.body.wants_host && (400..500).contains(&status)))
}

/// `200 healthy 1.4.2`, `503 Service Unavailable: database is down`, `302 to https://id.example/`.
pub(super) fn said(answer: &HttpResponse, outcome: ProbeOutcome) -> HttpAnswer {
    let body = &answer.body;
    let code = answer.status.as_u16();
    if let Some(to) = answer.location.clone() {
        return HttpAnswer {
            said: HttpSaid::Redirect { to },
            ..HttpAnswer::of(code, String::new())
        };
    }
    let word = body
        .status
        .as_deref()
        .or(answer.status.canonical_reason())
        .unwrap_or("");
    HttpAnswer {
        version: body.version.clone(),
        detail: (body.detail.clone()).filter(|_| outcome != ProbeOutcome::Success),
        ..HttpAnswer::of(code, word.to_owned())
    }
}

/// What the status and the word in the body mean; `accepted` is the status alone.
fn outcome(answer: &HttpResponse, guessed: bool, accepted: bool) -> ProbeOutcome {
    match answer.body.word() {
        Some(Word::Starting) if !guessed => ProbeOutcome::Starting,
        _ if answer.status == StatusCode::TOO_MANY_REQUESTS => ProbeOutcome::Warning,
        _ if !accepted => ProbeOutcome::Failure,
        Some(Word::Bad | Word::Warning) if guessed && answer.status.is_success() => {
            ProbeOutcome::Warning
        }
        _ if guessed => ProbeOutcome::Success,
        Some(Word::Bad) => ProbeOutcome::Failure,
        Some(Word::Warning) => ProbeOutcome::Warning,
        _ => ProbeOutcome::Success,
    }
}

/// An answer of which the status and the word in the body differ.
fn contradiction(answer: &HttpResponse) -> HttpAnswer {
    let (key, value) = answer.body.said();
    HttpAnswer {
        said: HttpSaid::Contradiction { key, value },
        detail: answer.body.detail.clone(),
        ..HttpAnswer::of(answer.status.as_u16(), String::new())
    }
}
