//! The alarms of RabbitMQ, as its management interface reports them: a broker with one takes no
//! messages.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use tokio::io::AsyncReadExt;
use tokio::time::timeout;

use crate::model::{Finding, Statement};
use crate::probe::connection::Wire;
use crate::probe::failure;
use crate::probe::protocol::Ask;

const PORT: u16 = 15672;
const PATH: &str = "/api/health/checks/alarms";
/// The part of the probe's time that the question may take.
const SHARE: u32 = 4;

#[derive(Deserialize)]
struct Told {
    #[serde(default)]
    alarms: Vec<Alarm>,
}

#[derive(Deserialize)]
struct Alarm {
    node: String,
    resource: String,
}

/// The alarm that is in force; `None` when there is none, or it cannot be read.
///
/// The management is a plugin that need not be there, on a port that need not be within reach, for
/// users with a tag of their own: where it does not answer, the login itself is the verdict.
pub(super) async fn of_management(ask: &Ask<'_>, user: &str, password: &str) -> Option<Statement> {
    // Behind a published port of another number, the same host may have another broker's
    // management.
    if ask.spec.tls || ask.port() != ask.spec.port {
        return None;
    }
    let address = format!("{}:{PORT}", ask.host());
    let answer = timeout(ask.limit / SHARE, get(ask, &address, user, password))
        .await
        .ok()?
        .ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let refused = head.starts_with("HTTP/1.") && head.split(' ').nth(1) == Some("503");
    let told: Told = serde_json::from_str(body).ok().filter(|_| refused)?;
    let alarm = told.alarms.into_iter().next()?;
    Some(Statement::Alarm {
        resource: alarm.resource,
        node: alarm.node,
    })
}

async fn get(ask: &Ask<'_>, address: &str, user: &str, password: &str) -> Result<String, Finding> {
    let mut wire = Wire::connect(ask.resolver, address).await?;
    let login = STANDARD.encode(format!("{user}:{password}"));
    // HTTP/1.0 has an answer end with its connection, and comes in one piece.
    let request =
        format!("GET {PATH} HTTP/1.0\r\nHost: localhost\r\nAuthorization: Basic {login}\r\n\r\n");
    wire.send(request.as_bytes()).await?;
    let mut answer = Vec::new();
    wire.read_to_end(&mut answer)
        .await
        .map_err(|error| failure::io(&error))?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
