//! The NATS check: the server's `INFO`, then `CONNECT`, `PING` and its `PONG`.

use serde::Deserialize;
use serde_json::json;

use super::answer::Answer;
use super::connection::Wire;
use super::protocol::{Ask, Protocol};
use super::secret::Login;
use super::tls_client::Tls;
use crate::model::{Finding, ProbeKind, Statement};

const OTHER: Finding = Finding::Protocol {
    wanted: ProbeKind::Nats,
};

/// The information a server sends about itself.
#[derive(Deserialize)]
struct Info {
    version: Option<String>,
    #[serde(default)]
    auth_required: bool,
    #[serde(default)]
    tls_required: bool,
}

/// The client protocol of NATS.
pub(super) struct Nats;

impl Protocol for Nats {
    const SCHEME: &'static str = "nats";
    const IMPLICIT_TLS: bool = false;

    async fn talk(wire: &mut Wire, ask: &Ask<'_>, tls: &Tls) -> Result<Answer, Finding> {
        if wire.exactly().await? != *b"INFO " {
            return Err(OTHER);
        }
        let info: Info = serde_json::from_str(&wire.line().await?).map_err(|_| OTHER)?;
        if info.auth_required && ask.login.is_none() {
            // Trying without a login would only write an error into the server's log.
            return Ok(Answer::works(Statement::WantsPassword).of_version(info.version));
        }
        if ask.spec.tls || info.tls_required {
            wire.over_tls(tls, ask.server_name()).await?;
        }
        wire.send(greeting(ask.login).as_bytes()).await?;
        Ok(pong(wire, ask.login.is_some())
            .await?
            .of_version(info.version))
    }
}

/// `CONNECT` and `PING`.
fn greeting(login: Option<&Login>) -> String {
    let mut options = json!({
        "verbose": false,
        "pedantic": false,
        "name": "hubdeck",
        "lang": "rust",
        "version": env!("CARGO_PKG_VERSION"),
        "protocol": 1,
    });
    match login {
        None => {}
        Some(Login::Password { user, password }) => {
            options["user"] = json!(user);
            options["pass"] = json!(password);
        }
        Some(Login::Token(token)) => options["auth_token"] = json!(token),
    }
    format!("CONNECT {options}\r\nPING\r\n")
}

/// Reads on until `PONG`.
async fn pong(wire: &mut Wire, with_login: bool) -> Result<Answer, Finding> {
    loop {
        let line = wire.line().await?;
        match line.split_once(' ').unwrap_or((&line, "")) {
            ("PONG", _) => return Ok(Answer::works(Statement::Pong)),
            ("PING", _) => wire.send(b"PONG\r\n").await?,
            ("+OK" | "INFO", _) => {}
            ("-ERR", words) => return refused(words.trim_matches('\''), with_login),
            _ => return Err(OTHER),
        }
    }
}

fn refused(words: &str, with_login: bool) -> Result<Answer, Finding> {
    let about_login =
        words.starts_with("Authorization") || words.starts_with("User Authentication");
    match (about_login, with_login) {
        (true, true) => Err(Finding::Login {
            said: words.to_owned(),
        }),
        (true, false) => Ok(Answer::works(Statement::WantsPassword)),
        (false, _) => Err(Finding::Error {
            said: words.to_owned(),
        }),
    }
}
