//! The token of `--serve`, and the file that may hold it.

use std::fmt;
use std::path::Path;

use crate::model::encoding::decode;

use super::problem::ConfigError;

/// What is wrong with a file that holds no token.
const NO_TOKEN: &str = "it holds no token of at least 43 visible ASCII characters; \
                        make one with `openssl rand -hex 32`";

/// A bearer token; never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Fewest characters of a token: 256 bit in base64.
    pub const MIN_CHARACTERS: usize = 43;

    /// Wraps a token; `None` when it is too short or could not stand in a header.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits =
            text.len() >= Self::MIN_CHARACTERS && text.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then(|| Self(text.to_owned()))
    }

    /// The token in `file`, which nobody else may read.
    ///
    /// # Errors
    /// A file that cannot be read, that others may read, or that holds no token.
    pub fn of_file(file: &Path) -> Result<Self, ConfigError> {
        let refuse = |error: String| ConfigError::TokenFile {
            file: file.to_owned(),
            error,
        };
        let bytes = private_bytes(file).map_err(&refuse)?;
        let bytes = bytes.ok_or_else(|| refuse("there is no such file".to_owned()))?;
        let text = decode(&bytes).map_err(|error| refuse(error.to_string()))?;
        Self::parse(text.trim()).ok_or_else(|| refuse(NO_TOKEN.to_owned()))
    }

    /// The token itself, for comparing.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.0
    }
}

/// The bytes of a file with secrets, which nobody else may read; `None` where there is none.
///
/// # Errors
/// One clause: it is no regular file, others may read it, or the system does not give it.
pub(super) fn private_bytes(file: &Path) -> Result<Option<Vec<u8>>, String> {
    let metadata = match std::fs::metadata(file) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    if !metadata.is_file() {
        // Reading a pipe would wait for whoever writes into it.
        return Err("it is no regular file".to_owned());
    }
    let bytes = std::fs::read(file).map_err(|error| error.to_string())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if metadata.permissions().mode() & 0o077 != 0 {
            return Err("others may read it; run `chmod 600` on it".to_owned());
        }
    }
    Ok(Some(bytes))
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(***)")
    }
}
