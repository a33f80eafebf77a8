use super::*;

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

#[test]
fn live_lines_go_on_where_the_follower_stopped_reading() {
    for (read, live, expected) in [
        (&[1, 2, 3][..], &[&[2, 3][..], &[4, 5][..]][..], &[4, 5][..]),
        (&[1, 2, 2], &[&[2, 2, 2, 3]], &[2, 3]),
        (&[1, 2, 2], &[&[2], &[2], &[2]], &[2]),
        (&[1, 5], &[&[6, 4], &[3]], &[6, 4, 3]),
        (&[1, 5], &[&[1], &[5]], &[]),
        (&[], &[&[1]], &[1]),
    ] {
        let mut seam = Seam::default();
        seam.saw(&lines(read));
        let mut out = Vec::new();
        for chunk in live {
            let mut chunk = lines(chunk);
            seam.cut(&mut chunk);
            out.extend(seconds(&chunk));
        }
        assert_eq!(out, expected, "{read:?} then {live:?}");
    }
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
