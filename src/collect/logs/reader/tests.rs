use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::super::black_box::BlackBox;
use super::*;
use crate::model::{LogStream, SignedDuration};

fn line(second: i64) -> LogLine {
    LogLine {
        at: Timestamp::from_second(second).ok(),
        ..LogLine::default()
    }
}

fn lines(seconds: &[i64]) -> Vec<LogLine> {
    seconds.iter().copied().map(line).collect()
}

fn seconds(lines: &[LogLine]) -> Vec<i64> {
    lines
        .iter()
        .filter_map(|line| Some(line.at?.as_second()))
        .collect()
}

/// Of a log that has more lines than were read.
const LAST_TWO: Begin = Begin {
    tail: Some(2),
    since: None,
};

#[test]
fn live_lines_go_on_where_the_follower_stopped_reading() {
    for (read, live, expected) in [
        (&[1, 2, 3][..], &[&[2, 3][..], &[4, 5][..]][..], &[4, 5][..]),
        (&[1, 2, 2], &[&[2, 2, 2, 3]], &[2, 3]),
        (&[1, 2, 2], &[&[2], &[2], &[2]], &[2]),
        (&[1, 5], &[&[6, 4], &[3]], &[6, 4, 3]),
        (&[1, 5], &[&[1], &[5]], &[]),
        // Written before the first one that was read.
        (&[3, 5], &[&[1, 2, 3], &[5, 6]], &[6]),
        // The clock stepped back: while it was read, behind that, and where both meet.
        (&[9, 2, 3], &[&[2, 3, 4]], &[4]),
        (&[9, 2, 3], &[&[9], &[2, 3, 4, 10]], &[4, 10]),
        (&[2, 9], &[&[9, 3, 4]], &[3, 4]),
        (&[2, 9], &[&[3], &[4]], &[3, 4]),
        (&[], &[&[1]], &[1]),
    ] {
        let (mut overlap, now) = (HistoryOverlap::default(), Instant::now());
        overlap.saw(&lines(read));
        overlap.end(LAST_TWO, now);
        let mut out = Vec::new();
        for chunk in live {
            let mut chunk = lines(chunk);
            overlap.cut(&mut chunk, now);
            out.extend(seconds(&chunk));
        }
        assert_eq!(out, expected, "{read:?} then {live:?}");
    }
}

#[test]
fn a_clock_that_stepped_back_far_holds_lines_back_for_a_moment_only() {
    let (mut overlap, now) = (HistoryOverlap::default(), Instant::now());
    overlap.saw(&lines(&[50, 51]));
    overlap.end(LAST_TWO, now);
    for (later, second, is_shown) in [(0, 1, false), (2, 2, true), (2, 3, true)] {
        let mut live = lines(&[second]);
        overlap.cut(&mut live, now + Duration::from_secs(later));
        assert_eq!(!live.is_empty(), is_shown, "after {later} s");
    }
    // Before the first line of a log there is none.
    let mut overlap = HistoryOverlap::default();
    overlap.saw(&lines(&[50]));
    overlap.end(LAST_TWO, now);
    let mut live = lines(&[1]);
    overlap.cut(&mut live, now);
    assert_eq!(live.len(), 1);
}

#[test]
fn lines_from_a_time_on_are_left_out() {
    let at = |second| Timestamp::from_second(second).ok();
    for (until, expected, over) in [
        (None, &[1, 2, 3][..], false),
        (at(3), &[1, 2], true),
        (at(9), &[1, 2, 3], false),
        (at(0), &[], true),
    ] {
        let mut given = lines(&[1, 2, 3]);
        assert_eq!(cut_at(&mut given, until), over, "{until:?}");
        assert_eq!(seconds(&given), expected);
    }
    let query = LogQuery {
        sources: Vec::new(),
        tail: Some(2),
        since: None,
        until: at(9),
        follow: false,
    };
    let mut last = LastLines::of(&query).unwrap();
    last.push(lines(&[1]));
    last.push(lines(&[2, 3]));
    assert_eq!(seconds(last.lines.make_contiguous()), [2, 3]);
    assert!(
        LastLines::of(&LogQuery {
            until: None,
            ..query
        })
        .is_none(),
        "the engine counts them"
    );
}

fn reader(chunks: mpsc::Sender<FromSource>) -> Reader {
    let source = LogSource {
        instance: InstanceId::new("a"),
        tty: Some(false),
    };
    let link = watch::channel(None).1;
    Reader {
        hub: Arc::new(Hub::new(link, None, BlackBox::default())),
        place: None,
        source,
        number: 0,
        chunks,
        records: RecordReader::default(),
        timeout: RecordTimeout::default(),
        first_mark: None,
        has_sent: false,
    }
}

const ALL: LogQuery = LogQuery {
    sources: Vec::new(),
    tail: None,
    since: None,
    until: None,
    follow: true,
};

#[tokio::test(start_paused = true)]
async fn a_line_of_one_stream_does_not_hold_back_those_of_the_other() {
    let (chunks, mut merged) = mpsc::channel(1_000);
    let (feed, live) = mpsc::channel(16);
    let mut reader = reader(chunks);
    tokio::spawn(async move { reader.go_on(live, HistoryOverlap::default(), &ALL).await });
    let news = |text: &str, stream| {
        let text = text.to_owned();
        let line = LogLine {
            text,
            stream,
            ..line(1)
        };
        FeedEvent::Lines(Arc::new(vec![line]), SignedDuration::ZERO)
    };
    tokio::spawn(async move {
        let error = news(
            "2026/03/28 14:02:11 [error] 29#29: failed",
            LogStream::Stderr,
        );
        feed.send(error).await.expect("it is read");
        for n in 0..100 {
            sleep(Duration::from_millis(40)).await;
            let access = news(&format!("GET /{n}"), LogStream::Stdout);
            feed.send(access).await.expect("it is read");
        }
    });
    let first = timeout(Duration::from_secs(2), merged.recv()).await;
    let Ok(Some(FromSource {
        chunk: Chunk::Lines(lines),
        ..
    })) = first
    else {
        panic!("nothing leaves while lines come: {first:?}");
    };
    assert_eq!(lines[0].stream, LogStream::Stderr);
}
