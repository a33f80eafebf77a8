//! Signals that ask the program to end.

use tokio::signal::unix::{SignalKind, signal};

/// Returns the number of the signal when SIGINT, SIGTERM or SIGHUP arrives; never, where no handler
/// can be installed.
pub async fn asked_to_stop() -> i32 {
    let kinds = [
        SignalKind::interrupt(),
        SignalKind::terminate(),
        SignalKind::hangup(),
    ];
    let streams = kinds.map(signal);
    let [Ok(mut interrupt), Ok(mut terminate), Ok(mut hangup)] = streams else {
        tracing::warn!("cannot listen for signals; end hubdeck with SIGKILL");
        return std::future::pending().await;
    };
    let kind = tokio::select! {
        _ = interrupt.recv() => SignalKind::interrupt(),
        _ = terminate.recv() => SignalKind::terminate(),
        _ = hangup.recv() => SignalKind::hangup(),
    };
    kind.as_raw_value()
}

/// Returns the number of the signal when SIGINT or SIGTERM arrives, as [`asked_to_stop`]: what runs
/// as a service is not ended by SIGHUP.
pub async fn asked_to_end() -> i32 {
    let kinds = [SignalKind::interrupt(), SignalKind::terminate()];
    let [Ok(mut interrupt), Ok(mut terminate)] = kinds.map(signal) else {
        tracing::warn!("cannot listen for signals; end hubdeck with SIGKILL");
        return std::future::pending().await;
    };
    let kind = tokio::select! {
        _ = interrupt.recv() => SignalKind::interrupt(),
        _ = terminate.recv() => SignalKind::terminate(),
    };
    kind.as_raw_value()
}

/// Calls `act` at every SIGHUP; never ends.
pub async fn at_each_hangup(act: impl Fn()) {
    let Ok(mut hangup) = signal(SignalKind::hangup()) else {
        tracing::warn!("cannot listen for SIGHUP: the log file is not opened again");
        return std::future::pending().await;
    };
    while hangup.recv().await.is_some() {
        act();
    }
    std::future::pending().await
}
