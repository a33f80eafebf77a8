//! The check of MySQL and MariaDB: their greeting; with credentials, a login and a ping.
//!
//! The greeting is always answered: a server counts clients that hang up before, and blocks their
//! host when it has counted `max_connect_errors`. The login is spoken here, because the client
//! crates bring far more than it: compression, decimals, pools.

mod login;
mod packet;

use super::answer::Answer;
use super::connection::Wire;
use super::protocol::{Ask, Protocol};
use super::tls_client::Tls;
use crate::model::{Finding, NotAsked, ProbeKind, Statement};
use login::{Next, Proof};
use packet::{Greeting, Packets, Refusal, Reply};

const OTHER: Finding = Finding::Protocol {
    wanted: ProbeKind::Mysql,
};
/// Who asks without credentials.
const NOBODY: &str = "hubdeck";
const QUIT: &[u8] = &[1, 0, 0, 0, 1];
const PING: u8 = 0x0e;

/// The MySQL client protocol.
pub(super) struct Mysql;

impl Protocol for Mysql {
    const SCHEME: &'static str = "mysql";
    const IMPLICIT_TLS: bool = false;

    async fn talk(wire: &mut Wire, ask: &Ask<'_>, tls: &Tls) -> Result<Answer, Finding> {
        let login = ask.password()?;
        let mut packets = Packets::over(wire);
        let first = packets.next().await?;
        let greeting = match first.first() {
            Some(0xff) => {
                return packet::refusal(&first)
                    .ok_or(OTHER)?
                    .instead_of_greeting(login.is_some());
            }
            _ => Greeting::read(&first).ok_or(OTHER)?,
        };
        let version = Some(greeting.version.clone());
        let mut proof = Proof::of(&greeting, login.map(|(_, password)| password));
        if ask.spec.tls && !greeting.offers_tls() {
            return Err(Finding::Says(Statement::NoTls));
        }
        // A server may ask for the password itself, which goes over TLS only.
        if ask.spec.tls || (proof.may_need_tls() && greeting.offers_tls()) {
            packets.send(&greeting.tls_request()).await?;
            packets.over_tls(tls, ask.server_name()).await?;
            proof.secret_line = true;
        }
        let user = login.map_or(NOBODY, |(user, _)| user);
        packets
            .send(&greeting.response(user, &proof, ask.spec.tls || proof.secret_line))
            .await?;
        let answer = match (prove(&mut packets, proof).await?, login) {
            (Proven::Impossible(why), _) => return Err(Finding::NotAsked(why)),
            (Proven::Refused(refusal), login) => refusal.judge(login.is_some())?,
            (Proven::Accepted, _) => ping(&mut packets).await?,
        };
        Ok(answer.of_version(version))
    }
}

/// How a login ended.
enum Proven {
    Accepted,
    Refused(Refusal),
    /// The server asks for what hubdeck cannot do.
    Impossible(NotAsked),
}

/// Steps of a login: the response, another method, and what that one asks for.
const STEPS: usize = 6;

/// Answers until the server has made up its mind.
async fn prove(packets: &mut Packets<'_>, mut proof: Proof<'_>) -> Result<Proven, Finding> {
    for _ in 0..STEPS {
        match packets.reply().await? {
            Reply::Accepted => return Ok(Proven::Accepted),
            Reply::Refused(refusal) => return Ok(Proven::Refused(refusal)),
            Reply::Switch { method, salt } => match proof.switch(&method, &salt) {
                Some(bytes) => packets.send(&bytes).await?,
                None => {
                    return Ok(Proven::Impossible(NotAsked::LoginMethod { method }));
                }
            },
            Reply::More(bytes) => match proof.more(&bytes) {
                Next::Send(bytes) => packets.send(&bytes).await?,
                Next::Wait => {}
                Next::NeedsTls => {
                    return Ok(Proven::Impossible(NotAsked::PasswordWithoutTls));
                }
                Next::Unexpected => return Err(OTHER),
            },
        }
    }
    Err(OTHER)
}

async fn ping(packets: &mut Packets<'_>) -> Result<Answer, Finding> {
    packets.restart();
    packets.send(&[PING]).await?;
    match packets.reply().await? {
        Reply::Accepted => Ok(Answer::works(Statement::AnswersPing).leaving(QUIT)),
        Reply::Refused(refusal) => Err(Finding::Error {
            said: refusal.words,
        }),
        _ => Err(OTHER),
    }
}
