//! Signals that ask the program to end.

use tokio::signal::unix::{SignalKind, signal};

/// Ends when SIGINT, SIGTERM or SIGHUP arrives; never, where no handler can be installed.
pub async fn asked_to_stop() {
    let streams = [
        SignalKind::interrupt(),
        SignalKind::terminate(),
        SignalKind::hangup(),
    ]
    .map(signal);
    let [Ok(mut interrupt), Ok(mut terminate), Ok(mut hangup)] = streams else {
        tracing::warn!("cannot listen for signals; end hubdeck with SIGKILL");
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
}
