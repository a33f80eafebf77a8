//! The contract of endings: a server sees every probe end its connection as a client does that has
//! all it wanted, and a server that complains is asked less.

use std::io::Result;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{Receiver, channel};
use tokio::time::timeout;

use super::script::{hears, play, says};
use super::{answer, probe, spec};
use crate::model::{ProbeKind, ProbeOutcome, ProbeSpec};

use ProbeOutcome::{Failure, Success};

/// A server that says `greeting` at once and `answer` to the first words; it reports how each
/// connection ended.
async fn listens(
    greeting: &'static [u8],
    answer: &'static [u8],
) -> (String, Receiver<Result<usize>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("an address").to_string();
    let (keep, ends) = channel(8);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            stream.write_all(greeting).await?;
            let mut said = answer;
            let end = loop {
                match stream.read(&mut [0; 4096]).await {
                    Ok(count) if count > 0 => stream.write_all(std::mem::take(&mut said)).await?,
                    end => break end,
                }
            };
            // What is written now would be answered by a reset.
            tokio::time::sleep(Duration::from_millis(20)).await;
            let end = match stream.read(&mut [0; 1]).await {
                Err(error) => Err(error),
                Ok(_) => end,
            };
            let _ = keep.send(end).await;
        }
        Result::Ok(())
    });
    (address, ends)
}

#[tokio::test]
async fn no_server_sees_its_connection_reset() {
    let page = answer("200 OK", "text/html", &"<p>long</p>".repeat(4_000));
    let image = answer("200 OK", "image/png", &"x".repeat(100_000));
    let http = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 4\r\n\r\nnope";
    for (kind, greeting, answer, outcome) in [
        (ProbeKind::Tcp, &b"220 ready\r\n"[..], &b""[..], Success),
        (ProbeKind::Tcp, b"", b"", Success),
        (ProbeKind::Http, b"", page.as_bytes(), Success),
        (ProbeKind::Http, b"", image.as_bytes(), Success),
        (ProbeKind::Redis, b"", b"+PONG\r\n", Success),
        (
            ProbeKind::Memcached,
            b"",
            b"VERSION 1.6\r\nand more\r\n",
            Success,
        ),
        // Another protocol, of which little is read.
        (ProbeKind::Postgres, b"", http, Failure),
        (
            ProbeKind::Mysql,
            b"SSH-2.0-OpenSSH_9.6 and a long word of welcome\r\n",
            b"",
            Failure,
        ),
        (
            ProbeKind::Nats,
            b"220 ready, at your service\r\n",
            b"",
            Failure,
        ),
        (ProbeKind::Amqp, b"", http, Failure),
        (ProbeKind::Mqtt, b"", http, Failure),
        (ProbeKind::Mongodb, b"", http, Failure),
        (ProbeKind::Kafka, b"", http, Failure),
    ] {
        let (address, mut ends) = listens(greeting, answer).await;
        let report = probe(spec(kind), vec![address]).await.expect("a report");
        assert_eq!(report.outcome, outcome, "{kind:?}: {}", report.message());
        let end = timeout(Duration::from_secs(5), ends.recv())
            .await
            .expect("an end")
            .expect("an end");
        assert_eq!(
            end.map_err(|error| error.to_string()),
            Ok(0),
            "{kind:?} after {greeting:?}"
        );
    }
}

fn postgres(user: &str, database: &str) -> ProbeSpec {
    ProbeSpec {
        user: user.to_owned(),
        subject: database.to_owned(),
        ..spec(ProbeKind::Postgres)
    }
}

#[tokio::test]
async fn postgres_is_asked_as_the_user_that_it_knows() {
    const SCRAM: &[u8] = b"R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0";
    for (user, database, startup) in [
        (
            "",
            "",
            &b"\0\0\0\x30\0\x03\0\0user\0postgres\0application_name\0hubdeck\0\0"[..],
        ),
        (
            "app",
            "shop",
            b"\0\0\0\x39\0\x03\0\0user\0app\0application_name\0hubdeck\0database\0shop\0\0",
        ),
        // It need not have a database of its own name.
        (
            "app",
            "",
            b"\0\0\0\x3d\0\x03\0\0user\0app\0application_name\0hubdeck\0database\0postgres\0\0",
        ),
    ] {
        let server = play(vec![hears(startup), says(SCRAM)]).await;
        let report = probe(postgres(user, database), vec![server.address])
            .await
            .expect("a report");
        assert_eq!(
            (report.outcome, report.message().as_str()),
            (Success, "accepting connections"),
            "{user:?}"
        );
        assert!(!report.writes_log_line);
    }
}

#[tokio::test]
async fn who_complains_is_asked_a_question_that_leaves_no_line() {
    let unknown = b"SFATAL\0VFATAL\0C28000\0Mrole \"app\" does not exist\0\0";
    let length = u32::try_from(unknown.len() + 4)
        .expect("short")
        .to_be_bytes();
    let refusal = [&b"E"[..], &length, unknown].concat();
    let server = play(vec![super::script::Turn::Reads, says(refusal)]).await;
    let report = probe(postgres("app", ""), vec![server.address])
        .await
        .expect("a report");
    assert_eq!(
        (report.outcome, report.writes_log_line),
        (Success, true),
        "it is there, and writes an error each time"
    );

    for (said, outcome, message) in [
        ("N", Success, "accepting connections"),
        ("S", Success, "accepting connections"),
        ("H", Failure, "the answer is not PostgreSQL"),
    ] {
        let quiet = ProbeSpec {
            quiet: true,
            ..postgres("app", "")
        };
        let server = play(vec![hears([0, 0, 0, 8, 4, 210, 22, 47]), says(said)]).await;
        let report = probe(quiet, vec![server.address]).await.expect("a report");
        assert_eq!(
            (report.outcome, report.message().as_str()),
            (outcome, message)
        );
        assert!(!report.writes_log_line);
    }

    let (address, mut ends) = listens(b"", b"").await;
    let quiet = ProbeSpec {
        quiet: true,
        ..spec(ProbeKind::Amqp)
    };
    let report = probe(quiet, vec![address]).await.expect("a report");
    assert_eq!(
        (report.outcome, report.message().as_str()),
        (Success, "accepts connections")
    );
    assert!(
        ends.recv().await.is_some_and(|end| matches!(end, Ok(0))),
        "not a word was said"
    );
}
