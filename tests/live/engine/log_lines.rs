//! Log lines, once and followed.

use hubdeck::collect::logs::LogHub;
use hubdeck::logs::record::Record;
use hubdeck::logs::record_reader::{LINE_LIMIT, RecordReader};
use hubdeck::model::{LineLevel, LogBatch, LogLine, LogQuery, LogSource, LogStream};
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
            (90_000, 0),
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

/// What containers write to confuse a terminal, a long line of JSON, and a long one of text.
const ODD: &str = r#"i=0; while [ $i -le 100 ]; do printf '\rdone %s%%' $i; i=$((i+1)); done; echo
printf 'crlf\r\n'; printf '\360\237'; sleep 0.3; printf '\246\200\n'
printf 'a\033[2J\033]0;t\007\033]52;c;aGk=\007\033]8;;http://x\033\\b\033]8;;\033\\\033P1q\033\\\302\23331mc\342\200\256\342\200\213d\n'
printf '{"level":"error","msg":"no route","data":"'; head -c 90000 /dev/zero | tr '\0' x; printf '","n":7}\n'
head -c 90000 /dev/zero | tr '\0' y; echo"#;

#[tokio::test]
async fn what_is_shown_of_odd_lines() {
    if !live() {
        return;
    }
    let engine = connect().await;
    for arguments in [&[][..], &["-t"][..]] {
        let container = busybox(arguments, &["sh", "-c", ODD]);
        docker(&["wait", container.name()]);
        let facts = facts(&engine, &container).await;
        let lines = logs(&engine, &facts, None).await;
        let (mut reader, mut records) = (RecordReader::default(), Vec::<LogLine>::new());
        lines
            .into_iter()
            .for_each(|line| reader.push(line, &mut records));
        reader.flush(&mut records);
        let texts: Vec<_> = records.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(texts[..3], ["done 100%", "crlf", "🦀"], "{arguments:?}");
        assert_eq!(texts[3], "ab\x1b[31mcd");
        let record = Record::read(texts[4]);
        assert_eq!(
            (record.level, record.message.as_ref()),
            (Some(LineLevel::Error), "no route")
        );
        assert_eq!(record.field("n").and_then(|it| it.number), Some(7.0));
        assert!(records[4].cut_bytes > 70_000 && texts[4].len() <= LINE_LIMIT);
        assert_eq!(
            (texts[5].len(), records[5].cut_bytes),
            (LINE_LIMIT, 90_000 - LINE_LIMIT as u64)
        );
    }
}

/// Reads a tail until a line with `text` came; gives every text.
async fn lines_until(tail: &mut mpsc::Receiver<LogBatch>, text: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let read = async {
        while !texts.iter().any(|each| each == text) {
            match tail.recv().await.expect("the tail goes on") {
                LogBatch::Lines { lines, .. } => {
                    let lines = lines.into_iter().filter(|line| line.mark.is_none());
                    texts.extend(lines.map(|line| line.text.clone()));
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
