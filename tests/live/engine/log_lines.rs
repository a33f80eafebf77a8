//! Log lines, once and followed.

use hubdeck::collect::logs::LogHub;
use hubdeck::engine::LINE_LIMIT;
use hubdeck::model::{LogBatch, LogQuery, LogSource, LogStream};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use super::{PATIENCE, busybox, connect, facts, logs};
use crate::support::docker::{docker, live};

const NOISE: &str = r#"echo out; sleep 0.2; echo err >&2; sleep 0.2
head -c 90000 /dev/zero | tr '\0' x; echo
printf '\377\376\000\001\n'; printf '\033[31mred\033[0m\033[2J\n'; printf 'no end'"#;

#[tokio::test]
async fn log_lines_of_every_kind() {
    if !live() {
        return;
    }
    let engine = connect().await;
    for (arguments, tty) in [(&[][..], false), (&["-t"][..], true)] {
        let container = busybox(arguments, &["sh", "-c", NOISE]);
        docker(&["wait", container.name()]);
        let facts = facts(&engine, &container).await;
        assert_eq!(facts.tty, tty);
        let lines = logs(&engine, &facts, None).await;
        let texts: Vec<_> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(
            (texts[0], texts[1], texts.len()),
            ("out", "err", 6),
            "tty {tty}"
        );
        let stderr = if tty {
            LogStream::Stdout
        } else {
            LogStream::Stderr
        };
        assert_eq!(lines[1].stream, stderr);
        assert_eq!(
            (texts[2].len(), lines[2].cut_bytes),
            (LINE_LIMIT, 90_000 - LINE_LIMIT as u64),
            "tty {tty}"
        );
        assert!(
            texts[2].bytes().all(|byte| byte == b'x'),
            "no timestamp inside"
        );
        assert_eq!(texts[3], "\u{fffd}\u{fffd}  ");
        assert_eq!((texts[4], texts[5]), ("\x1b[31mred\x1b[0m", "no end"));
        assert!(lines.iter().all(|line| line.at.is_some()));
        assert_eq!(logs(&engine, &facts, Some(2)).await.len(), 2);
    }
}

/// Reads a tail until a line with `text` came; gives every text.
async fn lines_until(tail: &mut mpsc::Receiver<LogBatch>, text: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let read = async {
        while !texts.iter().any(|each| each == text) {
            match tail.recv().await.expect("the tail goes on") {
                LogBatch::Lines { lines, .. } => {
                    texts.extend(lines.into_iter().map(|line| line.text.clone()))
                }
                LogBatch::Ended(_) => {}
                LogBatch::Failed(_, reason) => panic!("{reason}"),
            }
        }
    };
    timeout(PATIENCE, read)
        .await
        .unwrap_or_else(|_| panic!("no {text} in time"));
    texts
}

#[tokio::test]
async fn a_tail_goes_on_after_a_restart() {
    if !live() {
        return;
    }
    let script =
        "n=$(cat /n 2>/dev/null || echo 0); n=$((n+1)); echo $n > /n; echo run $n; exec sleep 600";
    let container = busybox(&["--stop-signal", "KILL"], &["sh", "-c", script]);
    let engine = connect().await;
    let facts = facts(&engine, &container).await;
    let (_keep, link) = watch::channel(Some(engine));
    let source = LogSource {
        instance: facts.id,
        tty: Some(false),
    };
    let query = LogQuery {
        sources: vec![source],
        tail: Some(100),
        until: None,
        since: None,
        follow: true,
    };
    let mut tail = LogHub::new(link).follow(query, mpsc::channel(1).1);
    let mut texts = lines_until(&mut tail, "run 1").await;
    docker(&["restart", container.name()]);
    texts.extend(lines_until(&mut tail, "run 2").await);
    assert_eq!(texts, ["run 1", "run 2"], "no line twice");
}
