//! The MQTT 3.1.1 check: `CONNECT` and what the broker says to it.

use super::answer::Answer;
use super::connection::Wire;
use super::protocol::{Ask, Protocol};
use super::secret::Login;
use super::tls_client::Tls;
use crate::model::{Finding, NotAsked, ProbeKind, Statement};

const OTHER: Finding = Finding::Protocol {
    wanted: ProbeKind::Mqtt,
};

/// A session that leaves nothing behind.
const CLEAN: u8 = 0x02;
const HAS_USER: u8 = 0x80;
const HAS_PASSWORD: u8 = 0x40;
/// Seconds after which the broker may forget us.
const KEEP_ALIVE: u16 = 10;
const DISCONNECT: &[u8] = &[0xe0, 0];

/// MQTT 3.1.1.
pub(super) struct Mqtt;

impl Protocol for Mqtt {
    const SCHEME: &'static str = "mqtt";

    async fn talk(wire: &mut Wire, ask: &Ask<'_>, _: &Tls) -> Result<Answer, Finding> {
        let with_login = ask.login.is_some();
        wire.send(&connect(ask.login)?).await?;
        let [kind, length, _, code] = wire.exactly().await?;
        if (kind, length) != (0x20, 2) {
            return Err(OTHER);
        }
        match code {
            0 => Ok(Answer::works(Statement::AcceptsSessions).leaving(DISCONNECT)),
            1 => Ok(Answer::works(Statement::OtherMqttVersion)),
            2 => Ok(Answer::works(Statement::WantsClientId)),
            3 => Err(Finding::Says(Statement::ServerUnavailable)),
            4 | 5 if !with_login => Ok(Answer::works(Statement::WantsPassword)),
            4 => Err(Finding::Login {
                said: "bad user name or password".to_owned(),
            }),
            5 => Err(Finding::Login {
                said: "not authorised".to_owned(),
            }),
            _ => Err(OTHER),
        }
    }
}

/// The packet that opens a session without a name.
fn connect(login: Option<&Login>) -> Result<Vec<u8>, Finding> {
    let mut body = b"\x00\x04MQTT\x04".to_vec();
    let (flags, texts) = match login {
        None => (CLEAN, [None, None]),
        Some(Login::Password { user, password }) => (
            CLEAN | HAS_USER | HAS_PASSWORD,
            [Some(user), Some(password)],
        ),
        // A password needs a user, which brokers that know tokens ignore.
        Some(Login::Token(token)) => (CLEAN | HAS_USER | HAS_PASSWORD, [Some(token), Some(token)]),
    };
    body.push(flags);
    body.extend(KEEP_ALIVE.to_be_bytes());
    body.extend([0, 0]);
    for text in texts.into_iter().flatten() {
        let length =
            u16::try_from(text.len()).map_err(|_| Finding::NotAsked(NotAsked::MqttLoginTooLong))?;
        body.extend(length.to_be_bytes());
        body.extend(text.as_bytes());
    }
    let mut packet = vec![0x10];
    packet.extend(remaining_length(body.len()));
    packet.extend(body);
    Ok(packet)
}

/// The length of what follows, seven bits a byte, the lowest first.
fn remaining_length(mut length: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = length.to_le_bytes()[0] & 0x7f;
        length >>= 7;
        bytes.push(if length > 0 { low | 0x80 } else { low });
        if length == 0 {
            return bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_take_as_many_bytes_as_they_need() {
        for (length, bytes) in [
            (0, &[0][..]),
            (127, &[127]),
            (128, &[0x80, 1]),
            (16_383, &[0xff, 0x7f]),
            (16_384, &[0x80, 0x80, 1]),
        ] {
            assert_eq!(remaining_length(length), bytes, "{length}");
        }
        assert_eq!(
            connect(None).as_deref(),
            Ok(&b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x0a\x00\x00"[..])
        );
    }
}
