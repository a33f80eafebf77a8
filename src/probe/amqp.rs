//! The AMQP 0-9-1 check (RabbitMQ): its start frame; with credentials a whole login, and the alarms
//! that its management API reports.

mod alarms;
mod frame;

use crate::model::ProbeOutcome::Warning;
use crate::model::{Finding, ProbeKind, Statement};

use super::answer::Answer;
use super::connection::Wire;
use super::protocol::{Ask, Protocol};
use super::tcp;
use super::tls_client::Tls;
use frame::{Close, Method, Start};

const OTHER: Finding = Finding::Protocol {
    wanted: ProbeKind::Amqp,
};
const HEADER: &[u8] = b"AMQP\x00\x00\x09\x01";
/// Virtual host that is opened unless another is named.
const VHOST: &str = "/";
/// Frames that a broker may send before the one that counts.
const FRAMES: usize = 16;
/// AMQP's code for a virtual host that is not there or not for this user.
const NOT_ALLOWED: u16 = 530;
const ACCESS_REFUSED: u16 = 403;

/// AMQP 0-9-1.
pub(super) struct Amqp;

impl Protocol for Amqp {
    const SCHEME: &'static str = "amqp";

    async fn talk(wire: &mut Wire, ask: &Ask<'_>, _: &Tls) -> Result<Answer, Finding> {
        let login = ask.password()?;
        if ask.spec.quiet && login.is_none() {
            return tcp::stays(wire).await;
        }
        wire.send(HEADER).await?;
        let head = wire.exactly::<4>().await?;
        if &head == b"AMQP" {
            let [_, major, minor, revision] = wire.exactly().await?;
            return Ok(Answer::works(Statement::SpeaksAmqp {
                version: [major, minor, revision],
            }));
        }
        let start = Start::read(&frame::first(wire, head).await?).ok_or(OTHER)?;
        let answer = match login {
            // RabbitMQ warns of clients that leave before their login, and only of those that said
            // a word.
            None => Answer::works(Statement::Answers).with_log_line(),
            Some((user, password)) => with_login(wire, ask, user, password).await?,
        };
        Ok(answer.of_version(start.version))
    }
}

/// Logs in, opens the virtual host and closes again, as a client does that has nothing to do.
async fn log_in(wire: &mut Wire, user: &str, password: &str, vhost: &str) -> Result<(), Finding> {
    wire.send(&frame::start_ok(user, password)).await?;
    let tune = expect(wire, Method::Tune).await?;
    wire.send(&frame::tune_ok(&tune)).await?;
    wire.send(&frame::open(if vhost.is_empty() { VHOST } else { vhost }))
        .await?;
    expect(wire, Method::OpenOk).await?;
    wire.send(&frame::close()).await?;
    // The broker has shown all it can; how it says good-bye changes no verdict.
    let _ = expect(wire, Method::CloseOk).await;
    Ok(())
}

/// Reads on until `wanted` and gives its arguments.
async fn expect(wire: &mut Wire, wanted: Method) -> Result<Vec<u8>, Finding> {
    for _ in 0..FRAMES {
        let Some((method, arguments)) = frame::next(wire).await? else {
            continue;
        };
        if method == wanted {
            return Ok(arguments);
        }
        if method == Method::Close {
            wire.send(&frame::close_ok()).await?;
            return Err(refused(&Close::read(&arguments).ok_or(OTHER)?));
        }
    }
    Err(OTHER)
}

fn refused(close: &Close) -> Finding {
    // RabbitMQ writes `ACCESS_REFUSED - Login was refused using …`.
    let words = close
        .text
        .split_once(" - ")
        .map_or(close.text.as_str(), |(_, words)| words);
    match close.code {
        ACCESS_REFUSED | NOT_ALLOWED => Finding::Login {
            said: words.to_owned(),
        },
        _ => Finding::Error {
            said: words.to_owned(),
        },
    }
}

/// A login, and the alarms of the broker where its management answers.
async fn with_login(
    wire: &mut Wire,
    ask: &Ask<'_>,
    user: &str,
    password: &str,
) -> Result<Answer, Finding> {
    log_in(wire, user, password, &ask.spec.subject).await?;
    Ok(match alarms::of_management(ask, user, password).await {
        Some(alarm) => Answer::judged(Warning, alarm),
        None => Answer::works(Statement::AcceptsLogin),
    })
}
