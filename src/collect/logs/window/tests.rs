use proptest::prelude::*;

use super::*;
use crate::model::InstanceId;

fn line(source: usize, at: Option<i64>, sequence: u64) -> LogLine {
    LogLine {
        at: at.map(|ms| Timestamp::from_millisecond(ms).unwrap()),
        instance: InstanceId::from(source.to_string()),
        text: format!("{source}/{sequence}"),
        sequence,
        ..LogLine::default()
    }
}

fn texts(batch: Option<LogBatch>) -> (Vec<String>, u64) {
    match batch {
        Some(LogBatch::Lines { lines, dropped }) => {
            (lines.iter().map(|l| l.text.clone()).collect(), dropped)
        }
        other => panic!("no lines: {other:?}"),
    }
}

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn window(sources: usize, began: Instant) -> Window {
    let mut window = Window::new(began, Timestamp::UNIX_EPOCH);
    for _ in 0..sources {
        window.add_source();
    }
    window
}

/// Everything that leaves until `end`, asked for when the window says so.
fn drain(window: &mut Window, now: &mut Instant, end: Instant, out: &mut Vec<String>) {
    while let Some(next) = window.next_at().filter(|next| *next <= end) {
        *now = next.max(*now);
        if let Some(LogBatch::Lines { lines, dropped }) = window.give(*now) {
            assert_eq!(dropped, 0);
            out.extend(lines.iter().map(|line| line.text.clone()));
        }
    }
    *now = end.max(*now);
}

#[test]
fn a_single_source_waits_for_nothing_and_notices_come_after_lines() {
    let now = Instant::now();
    let mut window = window(1, now);
    assert_eq!(window.next_at(), None);
    let lines = vec![line(0, Some(2), 0), line(0, Some(1), 1), line(0, None, 2)];
    window.take(0, Chunk::Ended("0".into()), now);
    window.take(0, Chunk::Lines(lines), now);
    window.take(0, Chunk::Failed("0".into(), "why".into()), now);
    assert_eq!(window.next_at(), Some(now));
    let in_its_own_order = ["0/0", "0/1", "0/2"].map(String::from);
    assert_eq!(texts(window.give(now)), (in_its_own_order.into(), 0));
    assert_eq!(
        window.give(now),
        Some(LogBatch::Failed("0".into(), "why".into())),
        "the latest notice of a container"
    );
    assert_eq!((window.give(now), window.next_at()), (None, None));
}

#[test]
fn lines_leave_after_the_window_with_every_older_one() {
    let begin = Instant::now();
    let mut window = window(2, begin);
    window.take(0, Chunk::Lines(vec![line(0, Some(100), 0)]), begin);
    assert_eq!(
        window.next_at(),
        Some(begin + FIRST_WAIT),
        "the other has sent nothing"
    );
    let later = begin + ms(200);
    let lines = vec![line(1, Some(90), 0), line(1, Some(101), 1)];
    window.take(1, Chunk::Lines(lines), later);
    assert_eq!(window.next_at(), Some(begin + WINDOW));
    let (lines, _) = texts(window.give(begin + WINDOW));
    assert_eq!(lines, ["1/0", "0/0"], "the older one has not waited");
    assert_eq!(window.next_at(), Some(later + WINDOW));
    let (lines, _) = texts(window.give(later + WINDOW));
    assert_eq!(lines, ["1/1"]);
}

#[test]
fn a_slow_follower_loses_the_oldest_lines_and_is_told_how_many() {
    let now = Instant::now();
    let mut window = window(2, now);
    let total = MAX_LINES as i64 + 10;
    for n in 0..total {
        let source = usize::try_from(n % 2).unwrap();
        let lines = vec![line(source, Some(n), n as u64)];
        window.take(source, Chunk::Lines(lines), now);
    }
    assert!(window.lines <= MAX_LINES && window.arrivals.len() <= window.lines);
    let (mut seen, mut lost) = (Vec::new(), 0);
    while let Some(LogBatch::Lines { lines, dropped }) = window.give_rest() {
        lost += dropped;
        seen.extend(lines.iter().map(|line| line.sequence));
    }
    assert_eq!(seen.len() as u64 + lost, total as u64);
    assert!(lost >= 10 && seen.is_sorted() && seen[0] == lost, "{lost}");
    assert_eq!((window.lines, window.bytes), (0, 0));

    let long = || LogLine {
        text: "x".repeat(16 << 10),
        ..line(0, Some(1), 0)
    };
    window.take(0, Chunk::Lines((0..2_000).map(|_| long()).collect()), now);
    assert!(window.bytes <= MAX_BYTES);
    assert_eq!(window.dropped as usize + window.lines, 2_000);
    let (lines, _) = texts(window.give(now));
    assert_eq!(lines.len(), BATCH_BYTES >> 14, "no more bytes at once");
}

#[test]
fn history_is_held_back_rather_than_dropped() {
    let now = Instant::now();
    let opened = Timestamp::from_millisecond(1_000).unwrap();
    let lines = |at| (0..MAX_LINES as u64 / 4 * 3).map(move |n| line(0, at, n));
    for (at, held_back) in [(Some(999), true), (Some(1_000), false), (None, false)] {
        let mut window = Window::new(now, opened);
        window.add_source();
        assert!(!window.is_full_of_history());
        window.take(0, Chunk::Lines(lines(at).collect()), now);
        assert_eq!(window.is_full_of_history(), held_back, "{at:?}");
        assert_eq!(texts(window.give(now)).0.len(), BATCH_LINES);
        assert!(!window.is_full_of_history(), "a batch has left");
    }
}

#[test]
fn much_that_waits_leaves_before_its_time() {
    let now = Instant::now();
    let mut window = window(2, now);
    let lines = (0..MAX_LINES as u64 / 4 * 3).map(|n| line(0, Some(5), n));
    window.take(0, Chunk::Lines(lines.collect()), now);
    assert_eq!(window.next_at(), Some(now));
    assert_eq!(texts(window.give(now)).0.len(), BATCH_LINES);
}

#[test]
fn what_a_source_says_does_not_wait_for_lines_of_others() {
    let begin = Instant::now();
    let mut window = window(2, begin);
    let lines = |source, count| (0..count).map(move |n| line(source, Some(5), n)).collect();
    window.take(1, Chunk::Lines(lines(1, 1)), begin);
    window.take(1, Chunk::Ended("1".into()), begin);
    let (mut now, mut seen) = (begin, Vec::new());
    for _ in 0..100 {
        // Another source that always has more than leaves.
        window.take(0, Chunk::Lines(lines(0, 200)), now);
        now += PAUSE;
        seen.extend(window.give(now));
    }
    let ended = seen
        .iter()
        .position(|it| *it == LogBatch::Ended("1".into()));
    let own = seen.iter().position(|it| match it {
        LogBatch::Lines { lines, .. } => lines.iter().any(|line| line.text == "1/0"),
        _ => false,
    });
    assert!(own.is_some() && own < ended, "{own:?} {ended:?}");
}

#[test]
fn a_source_that_goes_on_has_not_ended() {
    let begin = Instant::now();
    let mut window = window(2, begin);
    window.take(0, Chunk::Ended("0".into()), begin);
    window.take(0, Chunk::Lines(vec![line(0, Some(1), 0)]), begin + ms(1));
    let later = begin + FIRST_WAIT;
    assert_eq!(texts(window.give(later)).0, ["0/0"]);
    assert_eq!((window.give(later), window.next_at()), (None, None));
}

#[test]
fn more_lines_without_a_time_than_a_batch_all_leave() {
    let now = Instant::now();
    let mut window = window(1, now);
    let lines = (0..BATCH_LINES as u64 + 5).map(|n| line(0, None, n));
    window.take(0, Chunk::Lines(lines.collect()), now);
    let (mut now, mut out) = (now, Vec::new());
    let end = now + ms(1_000);
    drain(&mut window, &mut now, end, &mut out);
    assert_eq!(out.len(), BATCH_LINES + 5);
}

proptest! {
    /// Whatever the delays within the window, lines leave by time, then source, then sequence; the
    /// order of a source wins over its clock.
    #[test]
    fn shuffled_arrivals_leave_in_one_order(
        written in proptest::collection::vec(
            proptest::collection::vec((0i64..40, 0u64..150), 0..60), 2..6),
        jump in 0i64..80,
    ) {
        let begin = Instant::now();
        let mut arrivals = Vec::new();
        let mut expected = Vec::new();
        for (source, lines) in written.iter().enumerate() {
            let (mut clock, mut arrived, mut latest) = (0, 0, 0);
            for (sequence, (step, delay)) in lines.iter().enumerate() {
                clock += step;
                // A clock that jumps back, once.
                let at = if sequence == 20 { (clock - jump).max(0) } else { clock };
                latest = latest.max(at);
                // The stream of one source does not reorder.
                arrived = arrived.max(u64::try_from(clock).unwrap() + delay);
                arrivals.push((arrived, source, line(source, Some(at), sequence as u64)));
                expected.push((latest, source, sequence, format!("{source}/{sequence}")));
            }
        }
        arrivals.sort_by_key(|(arrived, source, line)| (*arrived, *source, line.sequence));
        expected.sort();
        let mut window = window(written.len(), begin);
        let (mut now, mut out) = (begin, Vec::new());
        for (arrived, source, line) in arrivals {
            drain(&mut window, &mut now, begin + ms(arrived), &mut out);
            window.take(source, Chunk::Lines(vec![line]), begin + ms(arrived));
        }
        drain(&mut window, &mut now, begin + ms(60_000), &mut out);
        let expected: Vec<String> = expected.into_iter().map(|it| it.3).collect();
        prop_assert_eq!(out, expected);
    }
}

#[test]
fn a_source_that_is_through_is_forgotten_once_nothing_of_it_waits() {
    let mut now = Instant::now();
    let mut window = window(2, now);
    window.take(0, Chunk::Lines(vec![line(0, Some(1), 0)]), now);
    window.take(0, Chunk::Ended("0".into()), now);
    window.take(0, Chunk::Through, now);
    window.take(1, Chunk::Through, now);
    assert_eq!(window.sources.len(), 1, "a line of it waits");
    let (mut out, end) = (Vec::new(), now + ms(1_000));
    drain(&mut window, &mut now, end, &mut out);
    assert_eq!(out, ["0/0"]);
    assert!(window.sources.is_empty());
    assert_eq!(window.add_source(), 2, "no number is used again");
}
