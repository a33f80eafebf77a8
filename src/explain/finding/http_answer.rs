//! What an HTTP server answered, in words.

use crate::model::{HttpAnswer, HttpSaid};

/// `503 db down 1.4.2: timeout`.
pub(super) fn http(answer: &HttpAnswer) -> String {
    let code = answer.status;
    match said(answer) {
        (_, text) if text.is_empty() => code.to_string(),
        (separator, text) => format!("{code}{separator}{text}"),
    }
}

/// What an answer holds beside its status, and what stands between the two.
pub(super) fn said(answer: &HttpAnswer) -> (&'static str, String) {
    let (mut separator, said) = match &answer.said {
        HttpSaid::Redirect { to } => (" ", format!("to {to}")),
        HttpSaid::Word(word) => (" ", word.clone()),
        HttpSaid::Contradiction { key, value } => (", ", format!("but it says {key}: {value}")),
    };
    let version = answer.version.as_deref().unwrap_or_default();
    let mut text = format!("{said} {version}").trim().to_owned();
    let hint = "the server may want a host name".to_owned();
    let hint = answer.may_want_host.then_some(hint);
    for (between, part) in [(": ", answer.detail.clone()), ("; ", hint)] {
        match part {
            Some(part) if text.is_empty() => (separator, text) = (between, part),
            Some(part) => text = format!("{text}{between}{part}"),
            None => {}
        }
    }
    (separator, text)
}
