//! `hubdeck token`: makes, lists and revokes the tokens that clients of `--serve` carry.

use jiff::tz::TimeZone;
use serde::Serialize;

use crate::config::arguments::{NewTokenArgs, TokenCommand};
use crate::config::tokens::blank;
use crate::config::{Settings, TokenRefusal, TokensFile};
use crate::model::{AccessToken, Timestamp, TokenScope};

use super::charset::charset;
use super::output::{print, print_error, print_text};
use super::{CommandError, ExitStatus};

/// Does what `command` says with the tokens of `settings`.
///
/// # Errors
/// What cannot be done with the file, and standard output that cannot be written to.
pub fn run(
    command: &TokenCommand,
    settings: &Settings,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<ExitStatus, CommandError> {
    let place = settings.serve.tokens_file.as_deref();
    let file = TokensFile::at(place.ok_or(TokenRefusal::NoPlace)?);
    match command {
        TokenCommand::New(args) => new(args, &file, now, zone),
        TokenCommand::List { json } => {
            let tokens = file.read().map_err(TokenRefusal::from)?.unwrap_or_default();
            if *json {
                return print(&listed(&tokens, now)?);
            }
            if tokens.is_empty() {
                print_error("there is no token; make one with `hubdeck token new`");
                return Ok(ExitStatus::Success);
            }
            print_text(&table(&tokens, now, zone), charset(settings))
        }
        TokenCommand::Revoke { name } => {
            file.revoke(name)?;
            print_error(&format!("revoked {name}"));
            Ok(ExitStatus::Success)
        }
    }
}

/// Prints a new token alone on standard output, and what is to know of it on standard error.
fn new(
    args: &NewTokenArgs,
    file: &TokensFile,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<ExitStatus, CommandError> {
    let ends = args.expires.map(|end| end.resolve(now, zone));
    let ends = ends.map(|end| end.ok_or(CommandError::Ended("--expires")));
    let token = AccessToken {
        scopes: args.scopes.iter().copied().collect(),
        expires_at: ends.transpose()?,
        ..blank(args.name.as_deref().unwrap_or_default(), now)
    };
    let permits = words(&token);
    let (name, token) = file.add(token)?;
    let printed = print(&format!("{}\n", token.secret()))?;
    print_error(&format!(
        "made the token {name} ({permits}); it is shown only here, {} keeps its digest",
        file.path().display()
    ));
    Ok(printed)
}

fn words(token: &AccessToken) -> String {
    let scopes: Vec<&str> = token.scopes.iter().map(|scope| scope.id()).collect();
    scopes.join(", ")
}

/// A token in the JSON document.
#[derive(Serialize)]
struct ListedToken<'a> {
    name: &'a str,
    scopes: Vec<TokenScope>,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
    expired: bool,
}

fn listed(tokens: &[AccessToken], now: Timestamp) -> Result<String, CommandError> {
    let tokens = tokens.iter().map(|token| ListedToken {
        name: &token.name,
        scopes: token.scopes.iter().copied().collect(),
        created_at: token.created_at,
        expires_at: token.expires_at,
        expired: token.has_expired(now),
    });
    let tokens: Vec<ListedToken> = tokens.collect();
    let json = serde_json::to_string_pretty(&tokens).map_err(CommandError::Document)?;
    Ok(json + "\n")
}

fn table(tokens: &[AccessToken], now: Timestamp, zone: &TimeZone) -> String {
    let time = |at: Timestamp| {
        at.to_zoned(zone.clone())
            .strftime("%Y-%m-%d %H:%M")
            .to_string()
    };
    let head = ["NAME", "SCOPES", "CREATED", "EXPIRES"].map(str::to_owned);
    let row = |token: &AccessToken| {
        let end = token.expires_at.map_or_else(|| "never".to_owned(), time);
        let end = if token.has_expired(now) {
            format!("{end} (expired)")
        } else {
            end
        };
        [
            token.name.clone(),
            words(token),
            time(token.created_at),
            end,
        ]
    };
    let rows: Vec<[String; 4]> = std::iter::once(head)
        .chain(tokens.iter().map(row))
        .collect();
    aligned(&rows)
}

/// `rows` with columns of one width.
fn aligned(rows: &[[String; 4]]) -> String {
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].len())
            .max()
            .unwrap_or_default()
    };
    let (name, scopes, created) = (width(0), width(1), width(2));
    rows.iter()
        .map(|[one, two, three, four]| {
            format!("{one:<name$}  {two:<scopes$}  {three:<created$}  {four}\n")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_says_what_a_token_permits_and_when_it_ends() {
        let now = Timestamp::UNIX_EPOCH;
        let mut act = blank("deploy", now);
        act.scopes = [TokenScope::Read, TokenScope::Act].into();
        act.expires_at = Some(now);
        let text = table(&[blank("prometheus", now), act], now, &TimeZone::UTC);
        assert_eq!(
            text,
            "NAME        SCOPES     CREATED           EXPIRES\n\
             prometheus  read       1970-01-01 00:00  never\n\
             deploy      read, act  1970-01-01 00:00  1970-01-01 00:00 (expired)\n"
        );
        let json = listed(&[blank("prometheus", now)], now).expect("plain data");
        assert!(
            json.contains("\"expires_at\": null") && !json.contains("sha256"),
            "{json}"
        );
    }
}
