//! Accepts connections, bounds what each may cost, and ends them in order.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::ConnectionLimits;
use super::listener::{Accepted, HttpStream, Listener};
use super::problem::ProblemDetails;
use super::tls::TlsInForce;
use crate::model::Shortage;

/// Pause after the system could not hand out a connection: asking again at once would be answered
/// the same.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Bytes of a head from which on it is not read further, but answered 431.
const HEAD_SIZE: usize = 32 * 1024;
/// Time in which what a client still sends after its answer is thrown away: closing at once would
/// throw the answer away, too.
const LINGER: Duration = Duration::from_millis(500);

/// Answers connections until `shutdown`; requests under way then get the grace of `limits`. What
/// the system no longer gives is passed to `short`.
pub async fn run(
    listener: Listener,
    router: Router,
    limits: ConnectionLimits,
    shutdown: CancellationToken,
    short: impl Fn(Shortage) + Send,
) {
    let connections = TaskTracker::new();
    let places = Arc::new(Semaphore::new(limits.connections));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = shutdown.cancelled() => break,
        };
        let client = match accepted {
            Ok(accepted) => accepted,
            // The client is gone already.
            Err(error) if is_of_one_client(&error) => continue,
            Err(error) => {
                match Shortage::of(&error) {
                    Some(shortage) => short(shortage),
                    None => tracing::debug!(%error, "a connection could not be accepted"),
                }
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            refuse(
                &client,
                listener.tls().is_some_and(|tls| tls.borrow().is_some()),
            );
            continue;
        };
        let (router, shutdown, tls) = (router.clone(), shutdown.clone(), listener.tls());
        connections.spawn(async move {
            connection(client, tls, router, limits, shutdown).await;
            drop(place);
        });
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

fn is_of_one_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    )
}

/// Answers a client that there are too many, and leaves it: one that expects TLS without a word.
fn refuse(client: &Accepted, expects_tls: bool) {
    if expects_tls {
        return;
    }
    let problem = ProblemDetails::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "there are as many connections as hubdeck takes; try again in a few seconds",
    );
    client.leave(&problem.last_words("none"));
}

type Io = TokioIo<Pin<Box<TimeoutStream<HttpStream>>>>;

/// Serves one connection to its end, or to the end of the grace.
async fn connection(
    client: Accepted,
    tls: Option<TlsInForce>,
    router: Router,
    limits: ConnectionLimits,
    shutdown: CancellationToken,
) {
    // A handshake has the time of a head, and none is begun or awaited at the end.
    let opened = tokio::select! {
        opened = client.open(tls, limits.head) => opened,
        () = shutdown.cancelled() => return,
    };
    let (stream, peer) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            tracing::debug!(%error, "a connection could not be opened");
            return;
        }
    };
    let ending = async {
        shutdown.cancelled().await;
        tokio::time::sleep(limits.grace).await;
    };
    tokio::select! {
        () = serve(stream, router.layer(Extension(peer)), limits, &shutdown) => {}
        // Dropping the connection closes it.
        () = ending => tracing::debug!("a connection did not end in time and is cut"),
    }
}

async fn serve(
    stream: HttpStream,
    router: Router,
    limits: ConnectionLimits,
    shutdown: &CancellationToken,
) {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.write));
    let mut served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(HEAD_SIZE)
        .serve_connection(Io::new(Box::pin(stream)), TowerToHyperService::new(router));
    let mut ended = tokio::select! {
        ended = poll_fn(|context| served.poll_without_shutdown(context)) => Some(ended),
        () = shutdown.cancelled() => None,
    };
    if ended.is_none() {
        Pin::new(&mut served).graceful_shutdown();
        ended = Some(poll_fn(|context| served.poll_without_shutdown(context)).await);
    }
    let parts = served.into_parts();
    let late_head = match ended {
        Some(Err(error)) => {
            tracing::debug!(%error, "a connection ended early");
            error.is_timeout() && !parts.read_buf.is_empty()
        }
        _ => false,
    };
    if let Err(error) = close(parts.io.into_inner(), late_head, limits).await {
        tracing::debug!(%error, "a connection could not be closed in order");
    }
}

/// Says the last words where a head did not come to its end, and closes so that what was said
/// arrives.
async fn close(
    mut stream: Pin<Box<TimeoutStream<HttpStream>>>,
    late_head: bool,
    limits: ConnectionLimits,
) -> io::Result<()> {
    if late_head {
        let problem = ProblemDetails::new(
            StatusCode::REQUEST_TIMEOUT,
            format!(
                "the head of the request was not complete within {} s",
                limits.head.as_secs_f64()
            ),
        );
        stream.write_all(&problem.last_words("none")).await?;
    }
    stream.shutdown().await?;
    // On the heap: a connection would keep room for it from its begin.
    let mut rest = vec![0; 1024];
    let drained = async {
        while stream.read(&mut rest).await? > 0 {}
        Ok(())
    };
    tokio::time::timeout(LINGER, drained)
        .await
        .unwrap_or(Ok(()))
}
