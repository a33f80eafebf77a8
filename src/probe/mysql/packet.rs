//! Packets of the MySQL client protocol: their frame, the greeting, and the answers to a login.

use crate::model::{Finding, Statement};
use crate::probe::answer::Answer;
use crate::probe::connection::Wire;
use crate::probe::field_reader::{FieldReader, text};
use crate::probe::tls_client::Tls;

use super::OTHER;
use super::login::Proof;

/// Longest packet that is read, in bytes; everything that belongs to a login is far shorter.
const LONGEST: u32 = 64 * 1024;
const LONG_PASSWORD: u32 = 0x1;
const PROTOCOL_41: u32 = 0x200;
const TLS: u32 = 0x800;
const SECURE_CONNECTION: u32 = 0x8000;
const PLUGIN_AUTH: u32 = 0x8_0000;
/// `utf8mb4_general_ci`.
const CHARSET: u8 = 45;
/// The longest packet that the server may send, in the login.
const MAX_PACKET: u32 = 1 << 24;

/// Packets over a connection, numbered from the begin of each exchange.
pub(super) struct Packets<'a> {
    wire: &'a mut Wire,
    number: u8,
}

impl<'a> Packets<'a> {
    pub fn over(wire: &'a mut Wire) -> Self {
        Self { wire, number: 0 }
    }

    /// A new exchange begins.
    pub const fn restart(&mut self) {
        self.number = 0;
    }

    pub async fn send(&mut self, body: &[u8]) -> Result<(), Finding> {
        let [a, b, c, ..] = body.len().to_le_bytes();
        let frame = [&[a, b, c, self.number], body].concat();
        self.number = self.number.wrapping_add(1);
        self.wire.send(&frame).await
    }

    pub async fn next(&mut self) -> Result<Vec<u8>, Finding> {
        let [a, b, c, number] = self.wire.exactly().await?;
        let length = u32::from_le_bytes([a, b, c, 0]);
        if number != self.number || !(1..=LONGEST).contains(&length) {
            return Err(OTHER);
        }
        self.number = self.number.wrapping_add(1);
        self.wire
            .take(usize::try_from(length).unwrap_or(usize::MAX))
            .await
    }

    pub async fn reply(&mut self) -> Result<Reply, Finding> {
        let body = self.next().await?;
        Reply::read(&body).ok_or(OTHER)
    }

    pub async fn over_tls(&mut self, tls: &Tls, host: &str) -> Result<(), Finding> {
        self.wire.over_tls(tls, host).await
    }
}

/// What a server says first.
pub(super) struct Greeting {
    pub version: String,
    /// What a login is mixed with.
    pub salt: Vec<u8>,
    /// The login method it prefers.
    pub method: String,
    capabilities: u32,
}

impl Greeting {
    /// Reads a greeting of version 10 of the protocol, the one in use since MySQL 3.21.
    pub fn read(body: &[u8]) -> Option<Self> {
        let mut fields = FieldReader::of(body);
        (fields.byte()? == 10).then_some(())?;
        // MariaDB puts a version before its own that old replicas understand.
        let version = text(fields.until_nul()?);
        let version = version
            .strip_prefix("5.5.5-")
            .unwrap_or(&version)
            .to_owned();
        fields.take(4)?;
        let mut salt = fields.take(8)?.to_vec();
        fields.take(1)?;
        let low = fields.le_u16()?;
        fields.take(3)?;
        let high = fields.le_u16()?;
        let length = usize::from(fields.byte()?);
        fields.take(10)?;
        let second = fields.take(length.saturating_sub(8).max(13).min(fields.rest().len()))?;
        salt.extend(second.iter().take_while(|byte| **byte != 0));
        let method = fields
            .until_nul()
            .map_or_else(|| "mysql_native_password".to_owned(), text);
        Some(Self {
            version,
            salt,
            method,
            capabilities: u32::from(low) | u32::from(high) << 16,
        })
    }

    pub const fn offers_tls(&self) -> bool {
        self.capabilities & TLS != 0
    }

    /// The head of the response alone, which asks for TLS.
    pub fn tls_request(&self) -> Vec<u8> {
        self.head(TLS)
    }

    /// Who we are.
    pub fn response(&self, user: &str, proof: &Proof<'_>, over_tls: bool) -> Vec<u8> {
        let mut body = self.head(if over_tls { TLS } else { 0 });
        body.extend(user.bytes().take_while(|byte| *byte != 0));
        body.push(0);
        let bytes = proof.first();
        // Every method that is known proves itself in less than 255 bytes.
        body.push(u8::try_from(bytes.len()).unwrap_or_default());
        body.extend(bytes);
        body.extend(proof.method().as_bytes());
        body.push(0);
        body
    }

    fn head(&self, more: u32) -> Vec<u8> {
        let wanted = LONG_PASSWORD | PROTOCOL_41 | SECURE_CONNECTION | PLUGIN_AUTH;
        let mut body = (wanted & self.capabilities | PROTOCOL_41 | more)
            .to_le_bytes()
            .to_vec();
        body.extend(MAX_PACKET.to_le_bytes());
        body.push(CHARSET);
        body.extend([0; 23]);
        body
    }
}

/// What a server answers.
pub(super) enum Reply {
    Accepted,
    Refused(Refusal),
    /// Wants another login method.
    Switch {
        method: String,
        salt: Vec<u8>,
    },
    /// Goes on with the method.
    More(Vec<u8>),
}

impl Reply {
    fn read(body: &[u8]) -> Option<Self> {
        let mut fields = FieldReader::of(body);
        Some(match fields.byte()? {
            0x00 => Self::Accepted,
            0x01 => Self::More(fields.rest().to_vec()),
            0xfe => {
                let method = fields
                    .until_nul()
                    .map_or_else(|| "mysql_old_password".to_owned(), text);
                let salt = fields.rest();
                Self::Switch {
                    method,
                    salt: salt.strip_suffix(&[0]).unwrap_or(salt).to_vec(),
                }
            }
            0xff => Self::Refused(refusal(body)?),
            _ => return None,
        })
    }
}

/// An error of the server.
pub(super) struct Refusal {
    code: u16,
    pub words: String,
}

/// Reads an error; the SQLSTATE in it is absent before a login.
pub(super) fn refusal(body: &[u8]) -> Option<Refusal> {
    let mut fields = FieldReader::of(body);
    fields.byte()?;
    let code = fields.le_u16()?;
    let rest = fields.rest();
    let words = rest
        .strip_prefix(b"#")
        .and_then(|rest| rest.get(5..))
        .unwrap_or(rest);
    (code >= 1000).then(|| Refusal {
        code,
        words: text(words),
    })
}

impl Refusal {
    /// `Host … is not allowed to connect`: it minds us, not its work.
    const HOST_NOT_ALLOWED: u16 = 1130;
    /// Access denied for a user, to a database, without a password, to an account that is locked,
    /// or by a method that an account does not have.
    const DENIED: [u16; 6] = [1044, 1045, 1251, 1524, 1698, 3118];

    pub fn instead_of_greeting(self, with_login: bool) -> Result<Answer, Finding> {
        match self.code {
            Self::HOST_NOT_ALLOWED if with_login => Err(Finding::Login { said: self.words }),
            Self::HOST_NOT_ALLOWED => Ok(Answer::works(Statement::HostNotAllowed)),
            _ => Err(Finding::Error { said: self.words }),
        }
    }

    pub fn judge(self, with_login: bool) -> Result<Answer, Finding> {
        match Self::DENIED.contains(&self.code) {
            true if with_login => Err(Finding::Login { said: self.words }),
            true => Ok(Answer::works(Statement::WantsPassword)),
            false => Err(Finding::Error { said: self.words }),
        }
    }
}
