//! The memcached check: `version`.

use super::answer::Answer;
use super::connection::Wire;
use super::protocol::{Ask, Protocol};
use super::tls_client::Tls;
use crate::model::{Finding, ProbeKind, Statement};

/// The text protocol.
pub(super) struct Memcached;

impl Protocol for Memcached {
    const SCHEME: &'static str = "memcached";

    async fn talk(wire: &mut Wire, _: &Ask<'_>, _: &Tls) -> Result<Answer, Finding> {
        wire.send(b"version\r\n").await?;
        let start = wire.exactly::<4>().await?;
        if !matches!(&start, b"VERS" | b"ERRO" | b"CLIE" | b"SERV") {
            return Err(Finding::Protocol {
                wanted: ProbeKind::Memcached,
            });
        }
        let line = format!("{}{}", String::from_utf8_lossy(&start), wire.line().await?);
        let (word, rest) = line.split_once(' ').unwrap_or((&line, ""));
        match word {
            "VERSION" => Ok(Answer::works(Statement::Answers)
                .of_version(Some(rest.to_owned()))
                .leaving(b"quit\r\n")),
            "ERROR" | "CLIENT_ERROR" if rest.contains("unauthenticated") => {
                Ok(Answer::works(Statement::WantsPassword).leaving(b"quit\r\n"))
            }
            "SERVER_ERROR" => Err(Finding::Error {
                said: rest.to_owned(),
            }),
            _ => Err(Finding::Protocol {
                wanted: ProbeKind::Memcached,
            }),
        }
    }
}
