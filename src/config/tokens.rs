//! The file of tokens that `hubdeck token` writes and `--serve` reads: digests, never a token.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::{SecureRandom as _, SystemRandom};
use serde::{Deserialize, Serialize};

use super::problem::ConfigError;
use super::token::Token;
use crate::model::{AccessToken, TOKEN_PREFIX, Timestamp, TokenDigest};

/// The file.
#[derive(Clone, Debug)]
pub struct TokensFile {
    path: PathBuf,
}

/// What it holds.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenList {
    tokens: Vec<AccessToken>,
}

/// Why the list of tokens is not changed.
#[derive(Debug, thiserror::Error)]
pub enum TokenRefusal {
    /// The file cannot be read.
    #[error(transparent)]
    Unusable(#[from] ConfigError),
    /// The file cannot be written.
    #[error("cannot write the tokens file {}: {error}", file.display())]
    Unwritable {
        /// The file.
        file: PathBuf,
        /// The system's words.
        error: io::Error,
    },
    /// The name is no word.
    #[error(
        "{0:?} cannot be the name of a token; allowed are up to 64 letters, digits, '.', '_' and '-'"
    )]
    Name(String),
    /// The name is taken.
    #[error(
        "there is a token called {0} already; revoke it first (`hubdeck token revoke {0}`) or choose another --name"
    )]
    Taken(String),
    /// No token has the name.
    #[error("there is no token called {name}; {}", offer(.there))]
    Unknown {
        /// What was named.
        name: String,
        /// The names there are.
        there: Vec<String>,
    },
    /// There is no directory for it.
    #[error(
        "there is no home directory to keep tokens in; set serve.tokens_file or HUBDECK_SERVE_TOKENS_FILE"
    )]
    NoPlace,
    /// The system gives no random bytes.
    #[error("the system gives no random bytes; no token was made")]
    NoRandom,
}

/// The tokens that can be named.
fn offer(there: &[String]) -> String {
    match there {
        [] => "there are none".to_owned(),
        there => format!("there are: {}", there.join(", ")),
    }
}

impl TokensFile {
    /// The file at `path`; it need not exist.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        let path = path.to_owned();
        Self { path }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The tokens; `None` where there is no file.
    ///
    /// # Errors
    /// A file that cannot be read, that others may read, or that holds something else.
    pub fn read(&self) -> Result<Option<Vec<AccessToken>>, ConfigError> {
        let refuse = |error: String| ConfigError::TokensFile {
            file: self.path.clone(),
            error,
        };
        let bytes = match super::token::private_bytes(&self.path) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Ok(None),
            Err(error) => return Err(refuse(error)),
        };
        let list: TokenList = serde_json::from_slice(&bytes).map_err(|error| {
            refuse(format!(
                "line {}: it is no list of tokens as `hubdeck token new` writes it",
                error.line().max(1)
            ))
        })?;
        Ok(Some(list.tokens))
    }

    /// Adds a token that has what `token` says, but for its digest and, where that is empty, its
    /// name; gives the name and the token, which is kept nowhere.
    ///
    /// # Errors
    /// A name that is taken or no word, and a file that cannot be read or written.
    pub fn add(&self, mut token: AccessToken) -> Result<(String, Token), TokenRefusal> {
        if !token.name.is_empty() && !AccessToken::is_name(&token.name) {
            return Err(TokenRefusal::Name(token.name));
        }
        let (text, digest) = new_token()?;
        self.change(|tokens| {
            let is_taken = |name: &str| tokens.iter().any(|other| other.name == name);
            if token.name.is_empty() {
                let mut names = (1..).map(|number| format!("token-{number}"));
                token.name = names.find(|name| !is_taken(name)).unwrap_or_default();
            } else if is_taken(&token.name) {
                return Err(TokenRefusal::Taken(token.name.clone()));
            }
            token.sha256 = digest;
            let name = token.name.clone();
            tokens.push(token);
            Ok((name, text))
        })
    }

    /// Removes the token called `name`.
    ///
    /// # Errors
    /// An unknown name, and a file that cannot be read or written.
    pub fn revoke(&self, name: &str) -> Result<(), TokenRefusal> {
        self.change(|tokens| {
            let count = tokens.len();
            tokens.retain(|token| token.name != name);
            if tokens.len() == count {
                return Err(TokenRefusal::Unknown {
                    name: name.to_owned(),
                    there: tokens.iter().map(|token| token.name.clone()).collect(),
                });
            }
            Ok(())
        })
    }

    /// Changes the list with `change` and writes it, while no other hubdeck does.
    fn change<T>(
        &self,
        change: impl FnOnce(&mut Vec<AccessToken>) -> Result<T, TokenRefusal>,
    ) -> Result<T, TokenRefusal> {
        let unwritable = |error| TokenRefusal::Unwritable {
            file: self.path.clone(),
            error,
        };
        let directory = match self.path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        fs::create_dir_all(directory).map_err(unwritable)?;
        let lock = File::open(directory).map_err(unwritable)?;
        #[cfg(unix)]
        rustix::fs::flock(&lock, rustix::fs::FlockOperation::LockExclusive)
            .map_err(|error| unwritable(error.into()))?;
        let mut list = TokenList {
            tokens: self.read()?.unwrap_or_default(),
        };
        let changed = change(&mut list.tokens)?;
        self.write(&list).map_err(unwritable)?;
        drop(lock);
        Ok(changed)
    }

    /// Replaces the file in one step, so that a server never reads half of it.
    fn write(&self, list: &TokenList) -> io::Result<()> {
        let mut bytes = serde_json::to_vec_pretty(list)?;
        bytes.push(b'\n');
        let next = self.path.with_extension("next");
        // Left by one that was killed meanwhile.
        let _ = fs::remove_file(&next);
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&next)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        fs::rename(&next, &self.path)
    }
}

/// A token of 256 random bits, with its digest.
fn new_token() -> Result<(Token, TokenDigest), TokenRefusal> {
    let mut bytes = [0; 32];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| TokenRefusal::NoRandom)?;
    let text = format!("{TOKEN_PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes));
    let digest = TokenDigest::of(text.as_bytes());
    let token = Token::parse(&text).ok_or(TokenRefusal::NoRandom)?;
    Ok((token, digest))
}

/// A token without digest, to be [added](TokensFile::add).
#[must_use]
pub fn blank(name: &str, now: Timestamp) -> AccessToken {
    AccessToken {
        name: name.to_owned(),
        scopes: [crate::model::TokenScope::Read].into(),
        sha256: TokenDigest::of(b""),
        created_at: now,
        expires_at: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TokenScope;

    fn file() -> (tempfile::TempDir, TokensFile) {
        let folder = tempfile::tempdir().expect("a folder");
        let file = TokensFile::at(&folder.path().join("deep/tokens.json"));
        (folder, file)
    }

    fn named(name: &str) -> AccessToken {
        blank(name, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_token_is_kept_as_its_digest_alone() {
        let (_folder, file) = file();
        assert_eq!(file.read().expect("no file is none"), None);
        let mut act = named("ci");
        act.scopes = [TokenScope::Act].into();
        let (name, token) = file.add(act).expect("it is added");
        let (other, _) = file.add(named("")).expect("it is added");
        let (third, _) = file.add(named("")).expect("it is added");
        assert_eq!([name, other, third], ["ci", "token-1", "token-2"]);
        let secret = token.secret();
        assert!(
            secret.starts_with(TOKEN_PREFIX) && secret.len() == TOKEN_PREFIX.len() + 43,
            "{secret}"
        );
        let text = fs::read_to_string(file.path()).expect("a file");
        assert!(!text.contains(secret) && !text.contains(&secret[TOKEN_PREFIX.len()..]));
        let kept = file.read().expect("it is read").expect("a file");
        assert_eq!(kept[0].sha256, TokenDigest::of(secret.as_bytes()));
        assert!(kept[0].permits(TokenScope::Read) && !kept[0].permits(TokenScope::Admin));
    }

    #[test]
    fn names_are_unique_and_only_what_is_there_is_revoked() {
        let (_folder, file) = file();
        file.add(named("ci")).expect("it is added");
        let taken = file.add(named("ci")).expect_err("it is taken").to_string();
        assert!(taken.contains("hubdeck token revoke ci"), "{taken}");
        let wrong = file.add(named("a b")).expect_err("no word").to_string();
        assert!(wrong.contains("cannot be the name"), "{wrong}");
        let unknown = file.revoke("cd").expect_err("unknown").to_string();
        assert_eq!(unknown, "there is no token called cd; there are: ci");
        file.revoke("ci").expect("it is there");
        assert_eq!(file.read().expect("it is read"), Some(Vec::new()));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_read_or_that_is_something_else_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let (_folder, file) = file();
        file.add(named("ci")).expect("it is added");
        let mode = |mode| {
            let permissions = fs::Permissions::from_mode(mode);
            fs::set_permissions(file.path(), permissions).expect("it is ours");
        };
        let made = fs::metadata(file.path())
            .expect("it is there")
            .permissions();
        assert_eq!(made.mode() & 0o777, 0o600);
        mode(0o640);
        let refused = file.read().expect_err("others may read it").to_string();
        assert!(refused.contains("chmod 600"), "{refused}");
        assert!(file.revoke("ci").is_err(), "nor is it changed");
        mode(0o600);
        fs::write(file.path(), "{\"tokens\": [\n7]}").expect("it is ours");
        let refused = file.read().expect_err("no list").to_string();
        assert!(
            refused.ends_with("line 2: it is no list of tokens as `hubdeck token new` writes it"),
            "{refused}"
        );
    }
}
