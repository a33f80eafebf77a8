//! The PostgreSQL check: whether it accepts connections, as `pg_isready` checks; with credentials,
//! `SELECT 1`.

mod session;

use crate::model::ProbeOutcome::{Starting, Warning};
use crate::model::{Finding, ProbeKind, Statement};

use super::answer::Answer;
use super::connection::Wire;
use super::field_reader::{FieldReader, text};
use super::protocol::{Ask, Protocol};
use super::tls_client::Tls;

const OTHER: Finding = Finding::Protocol {
    wanted: ProbeKind::Postgres,
};
/// Asks for TLS before anything else is sent.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];
/// Version 3.0 of the protocol.
const VERSION: u32 = 196_608;
/// Who asks without credentials where nobody is named, and of which database: the names that are
/// likeliest to exist, so that a server that trusts everybody writes no error about unknown ones
/// into its log.
const USUAL: &str = "postgres";
/// Longest message before a session is open, in bytes.
const LONGEST: usize = 30_000;
const TERMINATE: &[u8] = &[b'X', 0, 0, 0, 4];

/// PostgreSQL's frontend protocol.
pub(super) struct Postgres;

impl Protocol for Postgres {
    const SCHEME: &'static str = "postgres";
    const IMPLICIT_TLS: bool = false;

    async fn talk(wire: &mut Wire, ask: &Ask<'_>, tls: &Tls) -> Result<Answer, Finding> {
        let login = ask.password()?;
        if ask.spec.quiet && login.is_none() {
            return greets(wire).await;
        }
        if ask.spec.tls {
            secure(wire, ask, tls).await?;
        }
        match login {
            Some((user, password)) => {
                session::select_one(wire, user, password, &ask.spec.subject).await
            }
            None => is_ready(wire, &ask.spec.user, &ask.spec.subject).await,
        }
    }
}

/// Agrees on TLS.
async fn secure(wire: &mut Wire, ask: &Ask<'_>, tls: &Tls) -> Result<(), Finding> {
    wire.send(&SSL_REQUEST).await?;
    match wire.exactly().await? {
        [b'S'] => wire.over_tls(tls, ask.server_name()).await,
        [b'N'] => Err(Finding::Says(Statement::NoTls)),
        _ => Err(OTHER),
    }
}

/// Asks whether TLS is spoken, which every server answers to everybody and writes nothing about.
async fn greets(wire: &mut Wire) -> Result<Answer, Finding> {
    wire.send(&SSL_REQUEST).await?;
    match wire.exactly().await? {
        [b'S' | b'N'] => Ok(accepts()),
        _ => Err(OTHER),
    }
}

/// Begins a session and leaves as soon as the server has let on whether it would have one.
async fn is_ready(wire: &mut Wire, user: &str, database: &str) -> Result<Answer, Finding> {
    wire.send(&startup(user, database)).await?;
    let mut version = None;
    loop {
        let [kind, length @ ..] = wire.exactly::<5>().await?;
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        let expected = matches!(kind, b'R' | b'E' | b'N' | b'v' | b'S' | b'K' | b'Z');
        if !expected || !(4..=LONGEST).contains(&length) {
            return Err(OTHER);
        }
        let body = wire.take(length - 4).await?;
        match kind {
            b'E' => return refusal(&body).ok_or(OTHER)?.judge(),
            // Any method but "none" waits for an answer: it is the login that a real client would
            // do now.
            b'R' if FieldReader::of(&body).be_u32() != Some(0) => return Ok(accepts()),
            b'S' => version = version.or_else(|| server_version(&body)),
            b'Z' => return Ok(accepts().of_version(version).leaving(TERMINATE)),
            _ => {}
        }
    }
}

fn accepts() -> Answer {
    Answer::works(Statement::AcceptingConnections)
}

fn startup(user: &str, database: &str) -> Vec<u8> {
    let mut body = VERSION.to_be_bytes().to_vec();
    // A NUL would end a name early.
    let known = |name: &str| !name.is_empty() && !name.contains('\0');
    let user = if known(user) { user } else { USUAL };
    let mut parameters = vec![("user", user), ("application_name", "hubdeck")];
    if known(database) {
        parameters.push(("database", database));
    } else if user != USUAL {
        // A user need not have a database of its own name, as servers take for granted.
        parameters.push(("database", USUAL));
    }
    for text in parameters
        .into_iter()
        .flat_map(|(name, value)| [name, value])
    {
        body.extend(text.as_bytes());
        body.push(0);
    }
    body.push(0);
    let length = u32::try_from(body.len() + 4).unwrap_or(u32::MAX);
    [&length.to_be_bytes()[..], &body].concat()
}

/// The version, where the parameter in `body` is that one.
fn server_version(body: &[u8]) -> Option<String> {
    let mut fields = FieldReader::of(body);
    (fields.until_nul()? == b"server_version").then_some(())?;
    Some(plain_version(&text(fields.until_nul()?)))
}

/// `16.2` of `16.2 (Debian 16.2-1.pgdg120+2)`.
fn plain_version(text: &str) -> String {
    text.split_whitespace()
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// An error of the server: its SQLSTATE, and its words.
struct Refusal {
    state: String,
    words: String,
}

/// Reads the fields of an error: each is a letter and a text.
fn refusal(body: &[u8]) -> Option<Refusal> {
    let (mut state, mut words) = (None, None);
    let mut fields = FieldReader::of(body);
    loop {
        match fields.byte()? {
            0 => {
                return Some(Refusal {
                    state: state?,
                    words: words?,
                });
            }
            b'C' => state = Some(text(fields.until_nul()?)),
            b'M' => words = Some(text(fields.until_nul()?)),
            _ => drop(fields.until_nul()?),
        }
    }
}

impl Refusal {
    /// What the error says of the server, as `pg_isready` reads it: one that minds user or database
    /// is there.
    fn judge(self) -> Result<Answer, Finding> {
        match self.state.as_str() {
            "57P03" => self.not_now(),
            // Insufficient resources, such as "sorry, too many clients already".
            state if state.starts_with("53") => Ok(Answer::said(Warning, self.words)),
            // PgBouncer knows no other code for a user or a database that it does not have.
            "08P01" if !self.words.contains("no such ") => Err(Finding::Error { said: self.words }),
            _ => Ok(accepts().with_log_line()),
        }
    }

    /// The server will come up, or goes down.
    fn not_now(self) -> Result<Answer, Finding> {
        if self.words.contains("shutting down") {
            Err(Finding::Error { said: self.words })
        } else {
            Ok(Answer::said(Starting, self.words))
        }
    }
}
