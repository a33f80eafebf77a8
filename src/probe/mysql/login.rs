//! The two login methods that servers use by themselves: `mysql_native_password` and
//! `caching_sha2_password`.

use ring::digest::{Algorithm, Context, SHA1_FOR_LEGACY_USE_ONLY, SHA256};

use super::packet::Greeting;

const NATIVE: &str = "mysql_native_password";
const CACHING: &str = "caching_sha2_password";
/// The server has the password in its cache and will say at once whether it was right.
const FAST: u8 = 3;
/// The server wants the password itself.
const FULL: u8 = 4;

/// A password on its way to be proven.
pub(super) struct Proof<'a> {
    method: &'static str,
    salt: Vec<u8>,
    /// `None` without credentials: proves nothing in any method.
    password: Option<&'a str>,
    /// Whether nobody else can read along.
    pub secret_line: bool,
}

impl<'a> Proof<'a> {
    /// Begins with the method that the server prefers, where it is known.
    pub fn of(greeting: &Greeting, password: Option<&'a str>) -> Self {
        let method = known(&greeting.method).unwrap_or(NATIVE);
        Self {
            method,
            salt: greeting.salt.clone(),
            password,
            secret_line: false,
        }
    }

    /// Whether the server may ask for the password itself.
    pub fn may_need_tls(&self) -> bool {
        self.method == CACHING && self.password.is_some()
    }

    /// The method in use.
    pub const fn method(&self) -> &'static str {
        self.method
    }

    /// What is sent first.
    pub fn first(&self) -> Vec<u8> {
        let Some(password) = self.password.map(str::as_bytes) else {
            return Vec::new();
        };
        if self.method == CACHING {
            let once = digest(&SHA256, &[password]);
            xor(
                &once,
                &digest(&SHA256, &[&digest(&SHA256, &[&once]), &self.salt]),
            )
        } else {
            let once = digest(&SHA1_FOR_LEGACY_USE_ONLY, &[password]);
            let twice = digest(&SHA1_FOR_LEGACY_USE_ONLY, &[&once]);
            xor(
                &once,
                &digest(&SHA1_FOR_LEGACY_USE_ONLY, &[&self.salt, &twice]),
            )
        }
    }

    /// What is sent when the server wants `method` instead; `None` when that is not known.
    pub fn switch(&mut self, method: &str, salt: &[u8]) -> Option<Vec<u8>> {
        if self.password.is_some() {
            self.method = known(method)?;
            self.salt = salt.to_vec();
        }
        Some(self.first())
    }

    /// What follows when the server goes on with `bytes`.
    pub fn more(&self, bytes: &[u8]) -> Next {
        match (self.password, self.method, bytes) {
            (None, ..) => Next::Send(Vec::new()),
            (Some(_), CACHING, [FAST]) => Next::Wait,
            (Some(password), CACHING, [FULL]) if self.secret_line => {
                Next::Send([password.as_bytes(), &[0]].concat())
            }
            (Some(_), CACHING, [FULL]) => Next::NeedsTls,
            _ => Next::Unexpected,
        }
    }
}

/// What follows when the server goes on with a login.
pub(super) enum Next {
    Send(Vec<u8>),
    /// The server speaks again.
    Wait,
    /// The server wants what nobody else may read.
    NeedsTls,
    /// This is no step of the method.
    Unexpected,
}

fn known(method: &str) -> Option<&'static str> {
    [NATIVE, CACHING].into_iter().find(|known| *known == method)
}

fn digest(algorithm: &'static Algorithm, parts: &[&[u8]]) -> Vec<u8> {
    let mut context = Context::new(algorithm);
    for part in parts {
        context.update(part);
    }
    context.finish().as_ref().to_vec()
}

fn xor(a: &[u8], b: &[u8]) -> Vec<u8> {
    a.iter().zip(b).map(|(a, b)| a ^ b).collect()
}
