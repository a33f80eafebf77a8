//! The host's own credentials for registries, as `docker login` leaves them.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde::Deserialize;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use super::context;
use crate::model::ImageReference;

/// The key of Docker Hub.
const DOCKER_HUB: &str = "https://index.docker.io/v1/";
/// How long the program of a credential store may take: it may ask somebody.
const HELPER_TAKES: Duration = Duration::from_secs(30);
/// What a store's program writes where it has nothing for a registry.
const NOT_FOUND: &str = "credentials not found";
/// The name under which a store gives a token in place of a password.
const TOKEN: &str = "<token>";

/// What of `config.json` names credentials.
#[derive(Default, Deserialize)]
#[serde(default)]
struct CredentialsFile {
    auths: BTreeMap<String, StoredAuth>,
    #[serde(rename = "credsStore")]
    store: String,
    #[serde(rename = "credHelpers")]
    helpers: BTreeMap<String, String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct StoredAuth {
    /// `user:password` in base64.
    auth: String,
    #[serde(rename = "identitytoken")]
    token: String,
}

/// What the program of a store answers.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct HelperAnswer {
    username: String,
    secret: String,
}

/// The value of `X-Registry-Auth` for the registry of `reference`, by the configuration in the
/// directory `dir`; `None` where it names no credentials for it.
///
/// # Errors
/// One clause when the configuration cannot be read or a store's program fails.
pub(super) async fn header(
    dir: Option<&Path>,
    reference: &ImageReference<'_>,
) -> Result<Option<String>, String> {
    let Some(dir) = dir else {
        return Ok(None);
    };
    let file: CredentialsFile = context::read(&dir.join("config.json"))?.unwrap_or_default();
    let registry = reference.registry().unwrap_or(DOCKER_HUB);
    let helper = file.helpers.get(registry).or(Some(&file.store));
    if let Some(helper) = helper.filter(|helper| !helper.is_empty())
        && let Some(answer) = ask(helper, registry).await?
    {
        return Ok(Some(if answer.username == TOKEN {
            encoded(registry, "", "", &answer.secret)
        } else {
            encoded(registry, &answer.username, &answer.secret, "")
        }));
    }
    let stored = stored_for(&file, registry);
    stored.map_or(Ok(None), |stored| of_stored(registry, stored))
}

/// What stands in the file for the registry, under its name or an address of it.
fn stored_for<'f>(file: &'f CredentialsFile, registry: &str) -> Option<&'f StoredAuth> {
    let is_of = |key: &str| {
        let bare = key.trim_start_matches("https://");
        let bare = bare.trim_start_matches("http://");
        bare.split('/').next().unwrap_or_default() == registry
    };
    file.auths.get(registry).or_else(|| {
        let mut all = file.auths.iter();
        all.find(|(key, _)| is_of(key)).map(|(_, stored)| stored)
    })
}

/// The value by what stands in the file; `None` where that is empty, as beside a store.
fn of_stored(registry: &str, stored: &StoredAuth) -> Result<Option<String>, String> {
    if !stored.token.is_empty() {
        return Ok(Some(encoded(registry, "", "", &stored.token)));
    }
    if stored.auth.is_empty() {
        return Ok(None);
    }
    let unreadable = || format!("the credentials for {registry} in config.json cannot be read");
    let bytes = STANDARD.decode(&stored.auth).map_err(|_| unreadable())?;
    let text = String::from_utf8(bytes).map_err(|_| unreadable())?;
    let (user, password) = text.split_once(':').ok_or_else(unreadable)?;
    // docker itself writes some with a zero byte at the end.
    let password = password.trim_end_matches('\0');
    Ok(Some(encoded(registry, user, password, "")))
}

fn encoded(registry: &str, user: &str, password: &str, token: &str) -> String {
    let auth = json!({
        "username": user, "password": password, "identitytoken": token, "serveraddress": registry,
    });
    URL_SAFE.encode(auth.to_string())
}

/// Asks the program `docker-credential-HELPER`; `None` where it has nothing for the registry.
async fn ask(helper: &str, registry: &str) -> Result<Option<HelperAnswer>, String> {
    let program = format!("docker-credential-{helper}");
    let failed = |why: String| format!("{program} failed: {why}");
    let mut child = Command::new(&program)
        .arg("get")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| failed(super::refused::system_words(&error)))?;
    if let Some(mut input) = child.stdin.take() {
        // One that reads nothing ends with an error of its own.
        let _ = input.write_all(registry.as_bytes()).await;
    }
    let output = tokio::time::timeout(HELPER_TAKES, child.wait_with_output())
        .await
        .map_err(|_elapsed| failed(format!("no answer within {} s", HELPER_TAKES.as_secs())))?
        .map_err(|error| failed(super::refused::system_words(&error)))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stdout);
        if said.contains(NOT_FOUND) {
            return Ok(None);
        }
        return Err(failed(crate::model::text::one_line(&said, 200)));
    }
    let answer = serde_json::from_slice(&output.stdout);
    answer
        .map(Some)
        .map_err(|_| failed("its answer is no credentials".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn found(config: &str, reference: &str) -> Result<Option<serde_json::Value>, String> {
        let dir = tempfile::tempdir().expect("a directory");
        std::fs::write(dir.path().join("config.json"), config).expect("written");
        let reference = ImageReference::of(reference).expect("a reference");
        let header = header(Some(dir.path()), &reference).await?;
        Ok(header.map(|header| {
            let bytes = URL_SAFE.decode(header).expect("base64");
            serde_json::from_slice(&bytes).expect("JSON")
        }))
    }

    #[tokio::test]
    async fn credentials_are_those_of_the_registry() {
        let config = r#"{"auths":{"reg:5000":{"auth":"dTpwOnE="},"https://quay.io/v1/":{"identitytoken":"t"},
            "https://index.docker.io/v1/":{"auth":"aDpo"}}}"#;
        let own = found(config, "reg:5000/app:1")
            .await
            .expect("readable")
            .expect("some");
        assert_eq!(own["username"], "u");
        assert_eq!(own["password"], "p:q");
        let token = found(config, "quay.io/app")
            .await
            .expect("readable")
            .expect("some");
        assert_eq!(token["identitytoken"], "t");
        let hub = found(config, "nginx")
            .await
            .expect("readable")
            .expect("some");
        assert_eq!(hub["username"], "h");
        assert_eq!(found(config, "other:1/app").await, Ok(None));
        assert_eq!(found("{}", "nginx").await, Ok(None));
        let wrong = found(r#"{"auths":{"reg:5000":{"auth":"%"}}}"#, "reg:5000/app").await;
        assert!(wrong.is_err(), "{wrong:?}");
    }

    #[tokio::test]
    async fn a_store_that_is_not_there_is_named() {
        let config = r#"{"credHelpers":{"reg:5000":"hubdeck-none"}}"#;
        let refused = found(config, "reg:5000/app").await.expect_err("no program");
        assert!(
            refused.starts_with("docker-credential-hubdeck-none failed: "),
            "{refused}"
        );
        assert_eq!(found(config, "other:1/app").await, Ok(None));
    }
}
