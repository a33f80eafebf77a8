//! Which token a request carries, and what it permits.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderValue, StatusCode};
use subtle::ConstantTimeEq as _;

use crate::model::{AccessToken, TOKEN_PREFIX, Timestamp, TokenDigest, TokenScope};
use crate::serve::RouterOptions;
use crate::serve::peer::ClientPeer;
use crate::serve::problem::ProblemDetails;
use crate::serve::rate::RateLimit;

/// Names of parameters in which other programs take a token.
const QUERY_NAMES: [&str; 7] = [
    "token",
    "access_token",
    "auth_token",
    "api_token",
    "api_key",
    "apikey",
    "authorization",
];

/// The name of the token that a request carried; `None` where none is demanded.
pub type TokenName = Option<Arc<str>>;

/// Refuses a request with a token in its query: it stands in logs and histories then.
pub fn refuse_in_query(request: &Request) -> Result<(), ProblemDetails> {
    let query = request.uri().query().unwrap_or_default();
    let is_token = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let is_named = QUERY_NAMES
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known));
        is_named || value.starts_with(TOKEN_PREFIX)
    };
    if query.split('&').any(is_token) {
        return Err(ProblemDetails::new(
            StatusCode::BAD_REQUEST,
            "a token in a query ends up in logs and is never accepted; send it as the header \
             `Authorization: Bearer TOKEN`, and revoke it if it was a real one",
        ));
    }
    Ok(())
}

/// The token of `request`, where it permits what needs `wanted`; failures are counted in
/// `failures`.
pub fn authenticate(
    request: &Request,
    wanted: TokenScope,
    options: &RouterOptions,
    failures: &RateLimit<ClientPeer>,
) -> Result<TokenName, ProblemDetails> {
    let Some(tokens) = &options.tokens else {
        return without_token(wanted);
    };
    let given = request.headers().get(AUTHORIZATION).and_then(bearer);
    let missing =
        "this needs the header `Authorization: Bearer TOKEN`; `hubdeck token new` makes a token";
    let given = given.ok_or_else(|| unauthorized(missing))?;
    let (now, peer) = (
        (options.clock)(),
        ClientPeer::behind(request, options.behind_proxy),
    );
    if let Some(wait) = failures.wait(&peer, now) {
        let detail = "too many requests with a wrong token came from this address";
        return Err(ProblemDetails::too_many(detail, wait));
    }
    let token = valid(tokens, given, now).inspect_err(|_| failures.count(&peer, now))?;
    if !token.permits(wanted) {
        let detail = format!("this needs a token with the scope \"{}\"", wanted.id());
        return Err(ProblemDetails::new(StatusCode::FORBIDDEN, detail));
    }
    Ok(Some(token.name.as_str().into()))
}

/// The token that was given, where it holds at `now`.
fn valid<'a>(
    tokens: &'a [AccessToken],
    given: &[u8],
    now: Timestamp,
) -> Result<&'a AccessToken, ProblemDetails> {
    match find(tokens, given) {
        None => Err(unauthorized("the token is unknown or was revoked")),
        Some(token) if token.has_expired(now) => Err(unauthorized(
            "the token has expired; make another one with `hubdeck token new`",
        )),
        Some(token) => Ok(token),
    }
}

/// Where no token is demanded, whoever reaches the address may read and clear the cache. What acts
/// or writes always needs a token: its name stands in the audit record.
fn without_token(wanted: TokenScope) -> Result<TokenName, ProblemDetails> {
    match wanted {
        TokenScope::Read | TokenScope::Admin => Ok(None),
        TokenScope::Act | TokenScope::Register | TokenScope::Config => Err(unauthorized(&format!(
            "this always needs a token; make one with `hubdeck token new --scope {}`",
            wanted.id()
        ))),
    }
}

fn unauthorized(detail: &str) -> ProblemDetails {
    ProblemDetails::new(StatusCode::UNAUTHORIZED, detail)
}

/// What stands behind `Bearer`.
fn bearer(value: &HeaderValue) -> Option<&[u8]> {
    let (scheme, given) = value.as_bytes().split_at_checked(7)?;
    scheme.eq_ignore_ascii_case(b"bearer ").then_some(given)
}

/// The token whose digest is that of `given`; how long that takes depends on neither.
fn find<'a>(tokens: &'a [AccessToken], given: &[u8]) -> Option<&'a AccessToken> {
    let given = TokenDigest::of(given);
    let mut found = None;
    for token in tokens {
        let is_same: bool = token.sha256.bytes().ct_eq(given.bytes()).into();
        if is_same {
            found = Some(token);
        }
    }
    found
}
