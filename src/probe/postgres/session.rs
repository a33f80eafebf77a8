//! A session with credentials, through tokio-postgres.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::config::SslMode;
use tokio_postgres::{Config, Error, NoTls};

use super::{OTHER, Refusal, plain_version};
use crate::model::{FailedRequest, Finding, Statement};
use crate::probe::answer::Answer;
use crate::probe::connection::Wire;
use crate::probe::failure;

/// Logs in and asks `SELECT 1` of `database`, the user's own where it is empty.
pub(super) async fn select_one(
    wire: &mut Wire,
    user: &str,
    password: &str,
    database: &str,
) -> Result<Answer, Finding> {
    let mut config = Config::new();
    // TLS has been agreed on before, where it was asked for.
    config
        .user(user)
        .password(password)
        .ssl_mode(SslMode::Disable)
        .application_name("hubdeck");
    if !database.is_empty() {
        config.dbname(database);
    }
    match ask(wire, &config).await {
        Ok(version) => Ok(Answer::works(Statement::AnswersSelect)
            .of_version(version.as_deref().map(plain_version))),
        Err(error) => refused(&error),
    }
}

/// Gives the server's version; the session is ended before.
async fn ask(wire: &mut Wire, config: &Config) -> Result<Option<String>, Error> {
    let (client, mut connection) = config
        .connect_raw(Checked { wire, begun: false }, NoTls)
        .await?;
    let version = connection.parameter("server_version").map(str::to_owned);
    tokio::select! {
        answered = client.simple_query("SELECT 1") => drop(answered?),
        ended = &mut connection => ended?,
    }
    drop(client);
    // Without its client the connection says good-bye and ends; how well it does changes no
    // verdict.
    let _ = connection.await;
    Ok(version)
}

fn refused(error: &Error) -> Result<Answer, Finding> {
    let Some(told) = error.as_db_error() else {
        return Err(without_answer(error));
    };
    let refusal = Refusal {
        state: told.code().code().to_owned(),
        words: told.message().to_owned(),
    };
    match refusal.state.get(..2) {
        Some("28") => Err(Finding::Login {
            said: refusal.words,
        }),
        _ if refusal.state == "57P03" => refusal.not_now(),
        _ => Err(Finding::Error {
            said: refusal.words,
        }),
    }
}

/// A connection whose first byte begins a message of PostgreSQL: the client itself would wait for
/// the end of whatever anybody else says.
struct Checked<'a> {
    wire: &'a mut Wire,
    begun: bool,
}

impl AsyncRead for Checked<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut *self.wire).poll_read(context, buffer);
        let first = buffer.filled().get(before).filter(|_| !self.begun).copied();
        match first {
            Some(b'R' | b'E' | b'N' | b'v') => self.begun = true,
            Some(_) => return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, OTHER))),
            None => {}
        }
        polled
    }
}

impl AsyncWrite for Checked<'_> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.wire).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.wire).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.wire).poll_shutdown(context)
    }
}

/// What an error means that the server did not send.
fn without_answer(error: &Error) -> Finding {
    let text = error.to_string();
    match failure::caused(error) {
        Some(finding) => finding,
        None if error.is_closed() => Finding::Closed,
        None if text.contains("authentication") => {
            Finding::Failed(FailedRequest::Other { said: text })
        }
        None => OTHER,
    }
}
