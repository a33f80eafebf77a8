//! The Redis check, which serves Valkey, Dragonfly and KeyDB as well: `PING`, after `AUTH` where
//! there are credentials.
//!
//! RESP is spoken plainly here: two commands need no client, and a client would translate the error
//! codes that distinguish a server that loads from one that is broken.

use crate::model::ProbeOutcome::{Starting, Warning};
use crate::model::{Finding, ProbeKind, Statement};

use super::answer::Answer;
use super::connection::Wire;
use super::protocol::{Ask, Protocol};
use super::secret::Login;
use super::tls_client::Tls;

const OTHER: Finding = Finding::Protocol {
    wanted: ProbeKind::Redis,
};

/// RESP.
pub(super) struct Redis;

impl Protocol for Redis {
    const SCHEME: &'static str = "redis";

    async fn talk(wire: &mut Wire, ask: &Ask<'_>, _: &Tls) -> Result<Answer, Finding> {
        let mut wants_none = false;
        if let Some(login) = ask.login {
            match log_in(wire, login).await? {
                Reply::Says(_) => {}
                Reply::Refuses(refusal) if refusal.wants_none() => wants_none = true,
                Reply::Refuses(refusal) => return refusal.judge(true),
            }
        }
        let answer = match command(wire, &["PING"]).await? {
            Reply::Says(word) if word == "PONG" && wants_none => {
                Ok(Answer::judged(Warning, Statement::WantsNoPassword))
            }
            Reply::Says(word) if word == "PONG" => Ok(Answer::works(Statement::Pong)),
            Reply::Says(_) => Err(OTHER),
            Reply::Refuses(refusal) => refusal.judge(ask.login.is_some()),
        };
        answer.map(|answer| answer.leaving(b"QUIT\r\n"))
    }
}

/// A simple answer.
enum Reply {
    /// `+PONG`.
    Says(String),
    /// `-NOAUTH Authentication required.`
    Refuses(Refusal),
}

/// An error: its code, and the words after it.
struct Refusal {
    code: String,
    words: String,
}

impl Refusal {
    fn wants_none(&self) -> bool {
        ["without any password configured", "no password is set"]
            .iter()
            .any(|it| self.words.contains(it))
    }

    fn judge(self, with_login: bool) -> Result<Answer, Finding> {
        let Self { code, words } = self;
        match code.as_str() {
            "LOADING" => Ok(Answer::said(Starting, words)),
            "WRONGPASS" => Err(Finding::Login { said: words }),
            "ERR" if with_login && words.contains("invalid password") => {
                Err(Finding::Login { said: words })
            }
            "NOAUTH" | "NOPERM" if !with_login => Ok(Answer::works(Statement::WantsPassword)),
            "NOAUTH" => Err(Finding::Login { said: words }),
            "NOPERM" => Ok(Answer::works(Statement::MayNotPing)),
            "DENIED" => Ok(Answer::works(Statement::ProtectedMode)),
            "BUSY" | "CLUSTERDOWN" | "MASTERDOWN" | "MISCONF" | "READONLY" | "TRYAGAIN" => {
                Ok(Answer::said(Warning, words))
            }
            "ERR" => Err(Finding::Error { said: words }),
            _ => Err(Finding::Error {
                said: format!("{code} {words}"),
            }),
        }
    }
}

/// Sends one command, each word with its length, and reads its answer.
async fn command(wire: &mut Wire, words: &[&str]) -> Result<Reply, Finding> {
    let mut bytes = format!("*{}\r\n", words.len());
    for word in words {
        bytes.push_str(&format!("${}\r\n{word}\r\n", word.len()));
    }
    wire.send(bytes.as_bytes()).await?;
    let line = match wire.exactly::<1>().await? {
        [b'+'] => return Ok(Reply::Says(wire.line().await?)),
        [b'-'] => wire.line().await?,
        _ => return Err(OTHER),
    };
    let (code, words) = line.split_once(' ').unwrap_or((&line, ""));
    if code.is_empty() || !code.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(OTHER);
    }
    Ok(Reply::Refuses(Refusal {
        code: code.to_owned(),
        words: words.to_owned(),
    }))
}

async fn log_in(wire: &mut Wire, login: &Login) -> Result<Reply, Finding> {
    match login {
        Login::Password { user, password } if !user.is_empty() => {
            command(wire, &["AUTH", user, password]).await
        }
        Login::Password {
            password: secret, ..
        }
        | Login::Token(secret) => command(wire, &["AUTH", secret]).await,
    }
}
