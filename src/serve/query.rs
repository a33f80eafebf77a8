//! Parameters in the query of a request.

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::StatusCode;

use super::problem::ProblemDetails;

/// The query as axum gives it to a handler.
pub type RawQuery = Result<Query<Vec<(String, String)>>, QueryRejection>;

/// Name and value of each parameter.
///
/// # Errors
/// A query that cannot be read.
pub fn pairs(query: RawQuery) -> Result<Vec<(String, String)>, ProblemDetails> {
    match query {
        Ok(Query(pairs)) => Ok(pairs),
        Err(_malformed) => Err(refused("the query string is malformed")),
    }
}

/// The value of `name` that stands last; `None` where it is left out.
pub fn last<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let named = pairs.iter().rev().find(|(each, _)| each == name);
    named.map(|(_, value)| value.as_str())
}

/// Whether the flag `name` is set; a name without a value sets it.
///
/// # Errors
/// Another value than `1`, `true`, `0` or `false`.
pub fn flag(pairs: &[(String, String)], name: &str) -> Result<bool, ProblemDetails> {
    match last(pairs, name) {
        None | Some("0" | "false") => Ok(false),
        Some("" | "1" | "true") => Ok(true),
        Some(other) => Err(refused(format!(
            "{name}={other} is not known; {name} is 1, true, 0 or false"
        ))),
    }
}

/// The one of `all` whose id is `value`.
///
/// # Errors
/// None is; the sentence lists them.
pub fn one_of<T>(
    name: &str,
    value: &str,
    all: impl Iterator<Item = T> + Clone,
    id: impl Fn(&T) -> &str,
) -> Result<T, ProblemDetails> {
    all.clone().find(|each| id(each) == value).ok_or_else(|| {
        let allowed = all
            .map(|each| id(&each).to_owned())
            .collect::<Vec<_>>()
            .join(", ");
        refused(format!(
            "{name}={value} is not known; {name} is one of {allowed}"
        ))
    })
}

/// 400 with one sentence.
pub fn refused(detail: impl Into<String>) -> ProblemDetails {
    ProblemDetails::new(StatusCode::BAD_REQUEST, detail)
}
