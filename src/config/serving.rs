//! What `--serve` listens on and whom it answers, as the settings say together.

use std::net::SocketAddr;

use super::problem::ConfigError;
use super::settings::ServeSettings;
use super::token::Token;
use super::tokens::TokensFile;
use crate::model::{AccessToken, ListenAddress, Timestamp, TokenDigest, TokenScope};

/// What the one token of `serve.token` is called.
const TOKEN_OF_SETTINGS: &str = "serve.token";

impl ServeSettings {
    /// The addresses to listen on.
    #[must_use]
    pub fn addresses(&self) -> Vec<ListenAddress> {
        if self.listen.is_empty() {
            return vec![ListenAddress::Tcp(SocketAddr::new(self.host, self.port))];
        }
        self.listen.clone()
    }

    /// Whether others than this machine can reach one of the addresses.
    #[must_use]
    pub fn is_beyond_loopback(&self) -> bool {
        let addresses = self.addresses();
        addresses.iter().any(ListenAddress::is_beyond_loopback)
    }

    /// The tokens of which `--serve` demands one; `None` where it answers without. The files are
    /// read anew.
    ///
    /// # Errors
    /// A file that cannot be used, and a non-loopback address with neither token nor proxy.
    pub fn demanded_tokens(&self) -> Result<Option<Vec<AccessToken>>, ConfigError> {
        let listed = match &self.tokens_file {
            Some(file) => TokensFile::at(file).read()?,
            None => None,
        };
        let own = match (&self.token, &self.token_file) {
            (Some(token), _) => Some(token.clone()),
            (None, Some(file)) => Some(Token::of_file(file)?),
            (None, None) => None,
        };
        // An empty list is one of which every token was revoked: nobody is answered.
        let demanded = own.is_some() || listed.is_some();
        let addresses = self.addresses();
        let mut open = addresses.iter().filter(|each| each.is_beyond_loopback());
        if let (Some(open), false, false) = (open.next(), demanded, self.behind_proxy) {
            return Err(ConfigError::OpenWithoutToken(open.clone()));
        }
        let mut tokens = listed.unwrap_or_default();
        tokens.extend(own.as_ref().map(of_settings));
        Ok(demanded.then_some(tokens))
    }
}

/// The one token of the settings: the operator's own, which permits what is switched on.
fn of_settings(token: &Token) -> AccessToken {
    AccessToken {
        name: TOKEN_OF_SETTINGS.to_owned(),
        scopes: [TokenScope::Admin].into(),
        sha256: TokenDigest::of(token.secret().as_bytes()),
        created_at: Timestamp::UNIX_EPOCH,
        expires_at: None,
    }
}
