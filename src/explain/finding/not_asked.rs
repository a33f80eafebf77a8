//! Why hubdeck could not ask, in words.

use crate::model::{FailedRequest, NotAsked, OutOfReach, SecretFileError};

/// Why a service was not asked, as it follows "not checked: ".
pub(super) fn words(why: &NotAsked) -> String {
    match why {
        NotAsked::VariableEmpty { name } => format!("the variable {name} is empty"),
        NotAsked::VariableNotSet { name } => format!("the variable {name} is not set"),
        NotAsked::VariableNotUtf8 { name } => format!("the variable {name} is not UTF-8"),
        NotAsked::SecretFile { path, why } => format!("cannot read {path}: {}", file(why)),
        NotAsked::TokenNotTaken => "it takes a user and a password, no token".to_owned(),
        NotAsked::TokenCharacters => "the token holds characters that no header can".to_owned(),
        NotAsked::DnsName { name } => format!("{name:?} is no name that DNS can ask for"),
        NotAsked::DnsNameTooLong => "the name is longer than DNS allows".to_owned(),
        NotAsked::MqttLoginTooLong => "user or password is longer than MQTT allows".to_owned(),
        NotAsked::LoginMethod { method } => format!("its login method {method} is not known"),
        NotAsked::PasswordWithoutTls => "it wants the password itself but offers no TLS".to_owned(),
        NotAsked::Url { said } => format!("the URL is none: {said}"),
        NotAsked::UrlScheme { kind, scheme } => format!(
            "{} is asked over http:// or https://, not {scheme}://",
            kind.id()
        ),
        NotAsked::UrlWithoutHost => "the URL names no host and port".to_owned(),
        NotAsked::ReadOnly => "hubdeck is read-only and runs no commands".to_owned(),
        NotAsked::EngineSilent => "the engine does not answer".to_owned(),
        NotAsked::Engine { said } => said.clone(),
        NotAsked::Bug => "the probe failed on a bug in hubdeck; see the hubdeck log".to_owned(),
    }
}

fn file(why: &SecretFileError) -> String {
    match why {
        SecretFileError::NoSmallFile => "no file of at most 64 KiB".to_owned(),
        SecretFileError::Empty => "it is empty".to_owned(),
        SecretFileError::NotText(why) => why.to_string(),
        SecretFileError::Io { said } => said.clone(),
    }
}

/// Why nothing leads there, as it follows "cannot be reached from here: ".
pub(super) fn out_of_reach(why: &OutOfReach) -> String {
    match why {
        OutOfReach::HostUnknown => "the address of the engine's host is not known".to_owned(),
        OutOfReach::LoopbackOnly { port } => {
            format!("port {port} is published on the engine's own loopback address only")
        }
        OutOfReach::NotPublished { port } => format!("port {port} is not published"),
        OutOfReach::NoAddress => "it has no address".to_owned(),
        OutOfReach::NoSharedNetwork => "hubdeck's container shares no network with it".to_owned(),
        OutOfReach::NoInterface { networks } => match networks.as_slice() {
            [name] => format!("this machine has no interface in network {name}"),
            names => format!(
                "this machine has no interface in networks {}",
                names.join(", ")
            ),
        },
    }
}

/// What failed in hubdeck or in a library.
pub(super) fn failed(why: &FailedRequest) -> String {
    match why {
        FailedRequest::HttpClient { said } => format!("cannot make the HTTP client: {said}"),
        FailedRequest::Verification { said } => format!("cannot verify certificates: {said}"),
        FailedRequest::TlsName { name } => format!("{name:?} is no name that TLS can ask for"),
        FailedRequest::Address { address } => format!("{address:?} is no host and port"),
        FailedRequest::LookUp { said } => format!("cannot look names up: {said}"),
        FailedRequest::Method { name } => format!("{name:?} is no method"),
        FailedRequest::Header { name } => format!("{name:?} is no header"),
        FailedRequest::HeaderValue => "a header holds what no header can".to_owned(),
        FailedRequest::Other { said } => said.clone(),
    }
}
