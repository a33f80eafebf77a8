//! `hubdeck check` against our own server and against others.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::support::fake_operations::FakeOperations;
use hubdeck::cli::check::{CheckError, check};
use hubdeck::config::ProcessEnvironment;
use hubdeck::model::{Part, PartDown, PartFailure, Snapshot};
use hubdeck::serve::{ConnectionLimits, RouterOptions, bind, router, run};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::support::snapshots::{at, hub, lost};

async fn ask(url: String) -> Result<String, CheckError> {
    tokio::task::spawn_blocking(move || check(Some(&url), ProcessEnvironment::default()))
        .await
        .unwrap()
}

async fn served(snapshot: Snapshot) -> (SocketAddr, CancellationToken) {
    let listener = bind(&"127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let options = RouterOptions {
        allow_hosts: Vec::new(),
        allow_addresses: false,
        allow_origins: Vec::new(),
        base_path: None,
        body_limit: Duration::from_secs(5),
        tokens: Some(Vec::new().into()),
        actions: false,
        behind_proxy: false,
        ttl: Duration::from_secs(30),
        poll_interval: Duration::from_secs(30),
        clock: || at(0),
    };
    let shutdown = CancellationToken::new();
    let router = router(
        watch::channel(Arc::new(snapshot)).1,
        FakeOperations::inert(),
        options,
    );
    tokio::spawn(run(
        listener,
        router,
        ConnectionLimits::default(),
        shutdown.clone(),
        drop,
    ));
    (address, shutdown)
}

#[tokio::test]
async fn a_ready_server_passes_without_a_token() {
    let (address, shutdown) = served(hub(1)).await;
    for url in [
        format!("http://{address}"),
        format!("{address}/"),
        format!("localhost:{}", address.port()),
    ] {
        let said = ask(url).await.unwrap();
        assert!(said.ends_with("is alive and ready"), "{said}");
    }
    shutdown.cancel();
}

#[tokio::test]
async fn a_server_that_lost_its_engine_is_alive_but_not_ready() {
    let (address, shutdown) = served(lost(1)).await;
    let said = ask(address.to_string()).await.unwrap_err().to_string();
    assert_eq!(
        said,
        format!(
            "hubdeck at {address} answers 503 to /readyz: not ready: the engine does not answer"
        )
    );
    let said = ask(format!("{address}/prefix"))
        .await
        .unwrap_err()
        .to_string();
    assert!(said.contains("answers 401 to /livez"), "{said}");
    shutdown.cancel();
}

#[tokio::test]
async fn a_part_that_is_down_is_named_with_the_time() {
    let mut snapshot = hub(1);
    let (since, failure) = (at(-30), PartFailure::Panicked);
    snapshot.parts_down = vec![PartDown {
        part: Part::Store,
        since,
        failures: 1,
        failure,
    }];
    let (address, shutdown) = served(snapshot).await;
    let said = ask(address.to_string()).await.unwrap_err().to_string();
    assert_eq!(
        said,
        format!(
            "hubdeck at {address} answers 503 to /readyz: \
             not ready: state store has failed once, at 2026-05-01T11:59:30Z"
        )
    );
    shutdown.cancel();
}

#[tokio::test]
async fn nobody_and_strangers_fail_the_check() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut buffer = [0; 1024];
            let _request = stream.read(&mut buffer).await;
            let _answer = stream.write_all(b"SSH-2.0-OpenSSH\r\n").await;
        }
    });
    assert!(matches!(
        ask(address.to_string()).await,
        Err(CheckError::NotOurs(_))
    ));
    let free = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap()
    };
    let said = ask(free.to_string()).await.unwrap_err().to_string();
    assert!(
        said.contains("does not answer at") && said.contains("hubdeck --serve"),
        "{said}"
    );
    assert!(matches!(
        ask("https://x".into()).await,
        Err(CheckError::BadAddress(_))
    ));
}

#[tokio::test]
async fn a_server_that_accepts_and_says_nothing_is_given_up_after_three_seconds() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let began = std::time::Instant::now();
    let said = ask(listener.local_addr().unwrap().to_string())
        .await
        .unwrap_err()
        .to_string();
    assert!(said.contains("no answer within 3 seconds"), "{said}");
    assert!(began.elapsed() >= Duration::from_secs(3));
}
