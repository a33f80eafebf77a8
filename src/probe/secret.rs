//! Reads what a credential refers to, each time it is needed: secrets that are rotated work at
//! once.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::model::encoding::decode;
use crate::model::secrets::{MASK, is_secret_name};
use crate::model::{
    Credentials, Finding, HttpRequest, NotAsked, ProbeSpec, SecretFileError, SecretSource,
};

/// Longest secret file, in bytes.
const LIMIT: u64 = 64 * 1024;
/// Shortest secret that is looked for in what a service says, in bytes.
const SHORTEST: usize = 4;

/// Credentials with the secret in the clear; lives as long as one probe and is never printed.
pub(super) enum Login {
    /// User and password.
    Password { user: String, password: String },
    /// A token alone.
    Token(String),
}

impl Login {
    /// `text` with the secret masked.
    pub fn hide(&self, text: &str) -> String {
        let (Self::Password {
            password: secret, ..
        }
        | Self::Token(secret)) = self;
        mask(text.to_owned(), secret)
    }
}

/// `text` without `secret`. Shorter ones stand in ordinary words, and hide nothing anyway.
fn mask(text: String, secret: &str) -> String {
    if secret.len() < SHORTEST || !text.contains(secret) {
        text
    } else {
        text.replace(secret, MASK)
    }
}

/// What a service said, `text`, without the secrets that were sent to it, should it repeat them.
pub(super) fn hide(text: &str, login: Option<&Login>, request: &HttpRequest) -> String {
    let mut text = login.map_or_else(|| text.to_owned(), |login| login.hide(text));
    for (name, value) in &request.headers {
        let proves = name.to_ascii_lowercase().ends_with("authorization")
            || name.eq_ignore_ascii_case("cookie");
        if !proves && !is_secret_name(name) {
            continue;
        }
        text = hide_header(text, value.reveal());
    }
    match &request.body {
        Some(body) => mask(text, body.reveal()),
        None => text,
    }
}

/// `text` without the secret value of a header, without its part after the scheme, and without
/// the password that Basic encodes.
fn hide_header(text: String, value: &str) -> String {
    let secret = value.split_once(' ').map_or(value, |(_, secret)| secret);
    let text = mask(mask(text, value), secret);
    let decoded = STANDARD
        .decode(secret)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    match decoded
        .as_deref()
        .and_then(|decoded| decoded.split_once(':'))
    {
        Some((_, password)) => mask(text, password),
        None => text,
    }
}

/// The login that `spec` refers to; `None` where it has none.
///
/// # Errors
/// [`Finding::NotAsked`] when the variable is not set or the file cannot be read.
pub(super) async fn login(spec: &ProbeSpec) -> Result<Option<Login>, Finding> {
    Ok(match &spec.credentials {
        None => None,
        Some(Credentials::Password { user, password }) => Some(Login::Password {
            user: user.clone(),
            password: read(password).await?,
        }),
        Some(Credentials::Token(token)) => Some(Login::Token(read(token).await?)),
    })
}

async fn read(source: &SecretSource) -> Result<String, Finding> {
    let read = match source {
        SecretSource::Environment(name) => variable(name),
        SecretSource::File(path) => file(path).await.map_err(|why| NotAsked::SecretFile {
            path: path.display().to_string(),
            why,
        }),
    };
    read.map_err(Finding::NotAsked)
}

fn variable(name: &str) -> Result<String, NotAsked> {
    let name = name.to_owned();
    match std::env::var(&name) {
        Ok(value) if !value.is_empty() => Ok(value),
        Ok(_) => Err(NotAsked::VariableEmpty { name }),
        Err(std::env::VarError::NotPresent) => Err(NotAsked::VariableNotSet { name }),
        Err(std::env::VarError::NotUnicode(_)) => Err(NotAsked::VariableNotUtf8 { name }),
    }
}

async fn file(path: &Path) -> Result<String, SecretFileError> {
    let io = |error: std::io::Error| SecretFileError::Io {
        said: error.to_string(),
    };
    let facts = tokio::fs::metadata(path).await.map_err(io)?;
    if !facts.is_file() || facts.len() > LIMIT {
        return Err(SecretFileError::NoSmallFile);
    }
    let bytes = tokio::fs::read(path).await.map_err(io)?;
    let text = decode(&bytes).map_err(SecretFileError::NotText)?;
    match text.trim_end_matches(['\n', '\r']) {
        "" => Err(SecretFileError::Empty),
        secret => Ok(secret.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    async fn told(source: SecretSource) -> String {
        match read(&source).await {
            Ok(secret) => secret,
            Err(finding) => crate::explain::finding(&finding),
        }
    }

    #[tokio::test]
    async fn secrets_come_from_a_variable_or_a_file_or_say_what_is_wrong() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("a file");
            SecretSource::File(path)
        };
        assert_eq!(told(write("secret", b"hunter2\n")).await, "hunter2");
        assert_eq!(
            told(write("marked", b"\xef\xbb\xbfhunter2\r\n")).await,
            "hunter2"
        );
        assert!(told(write("empty", b"\n")).await.ends_with("it is empty"));
        assert!(
            told(write("large", &[b'x'; 70_000]))
                .await
                .ends_with("no file of at most 64 KiB")
        );
        assert!(
            told(write("binary", &[b'x', 0xfe]))
                .await
                .ends_with("line 1 is not UTF-8; save the file as UTF-8")
        );
        assert!(
            told(write("wide", b"\xff\xfeh\0"))
                .await
                .ends_with("it is encoded as UTF-16; save it as UTF-8")
        );
        let absent = SecretSource::File(PathBuf::from("/nowhere/at/all"));
        assert!(
            told(absent)
                .await
                .starts_with("not checked: cannot read /nowhere/at/all: ")
        );
        let variable = |name: &str| SecretSource::Environment(name.to_owned());
        assert_eq!(
            told(variable("HUBDECK_NO_SUCH_VARIABLE")).await,
            "not checked: the variable HUBDECK_NO_SUCH_VARIABLE is not set"
        );
        assert!(!told(variable("PATH")).await.is_empty());
    }
}
