use proptest::prelude::*;

use super::*;
use crate::engine::lines::LINE_LIMIT;

const STAMP: &str = "2024-05-06T07:08:09.000000001Z";

fn frame(stream: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![stream, 0, 0, 0];
    bytes.extend_from_slice(&u32::try_from(payload.len()).expect("short").to_be_bytes());
    bytes.extend_from_slice(payload);
    bytes
}

fn stamped(text: &[u8]) -> Vec<u8> {
    [STAMP.as_bytes(), b" ", text].concat()
}

fn decode(tty: impl Into<Option<bool>>, bytes: &[u8], chunk: usize) -> Vec<LogLine> {
    let mut decoder = LogDecoder::new("x".into(), tty.into());
    let mut out = Vec::new();
    for part in bytes.chunks(chunk.max(1)) {
        decoder.push(part, &mut out);
    }
    decoder.finish(&mut out);
    out
}

fn texts(lines: &[LogLine]) -> Vec<(LogStream, &str)> {
    lines
        .iter()
        .map(|line| (line.stream, line.text.as_str()))
        .collect()
}

#[test]
fn frames_of_both_streams_become_lines_with_times() {
    let body = [
        frame(1, &stamped(b"out\n")),
        frame(2, &stamped(b"err\r\n")),
        frame(1, b""),
        frame(1, &stamped(b"\n")),
        frame(1, &stamped(b"no end")),
    ]
    .concat();
    for chunk in [1, 7, 8, 9, 4096] {
        let lines = decode(false, &body, chunk);
        let expected = [
            (LogStream::Stdout, "out"),
            (LogStream::Stderr, "err"),
            (LogStream::Stdout, ""),
            (LogStream::Stdout, "no end"),
        ];
        assert_eq!(texts(&lines), expected, "chunks of {chunk}");
        assert!(
            lines
                .iter()
                .all(|line| line.at == Some(STAMP.parse().expect("a time")))
        );
    }
}

#[test]
fn a_line_split_over_frames_is_one_line_without_inner_timestamps() {
    let big = vec![b'x'; 16 * 1024];
    let mut body = Vec::new();
    for _ in 0..20 {
        body.extend(frame(1, &stamped(&big)));
        body.extend(frame(2, &stamped(b"between\n")));
    }
    body.extend(frame(1, &stamped(b"end\n")));
    let lines = decode(false, &body, 1000);
    let long = lines
        .iter()
        .find(|line| line.stream == LogStream::Stdout)
        .expect("the long line");
    assert_eq!(long.text.len(), LINE_LIMIT);
    assert_eq!(long.cut_bytes, 4 * 16 * 1024 + 3);
    assert!(long.text.bytes().all(|byte| byte == b'x'));
    assert_eq!(lines.len(), 21);
}

#[test]
fn raw_streams_of_a_tty_have_a_timestamp_per_message() {
    let mut body = stamped(b"first\r\n");
    for _ in 0..20 {
        body.extend(stamped(&vec![b'y'; 16 * 1024]));
    }
    body.extend(stamped(b"z\r\n"));
    body.extend(stamped(b"\x01\x00binary first byte\n"));
    body.extend(stamped(b"prompt> "));
    for chunk in [1, 31, 16 * 1024, 1 << 20] {
        let lines = decode(true, &body, chunk);
        let shown: Vec<_> = lines.iter().map(|line| line.text.len()).collect();
        assert_eq!(shown, [5, LINE_LIMIT, 19, 8], "chunks of {chunk}");
        assert_eq!(lines[1].cut_bytes, 4 * 16 * 1024 + 1);
        assert!(lines.iter().all(|line| line.at.is_some()));
    }
}

#[test]
fn a_line_without_end_keeps_memory_bounded() {
    let mut decoder = LogDecoder::new("x".into(), Some(true));
    let mut out = Vec::new();
    for _ in 0..1_000 {
        decoder.push(&[b'#'; 10_000], &mut out);
    }
    assert!(decoder.stdout.text.capacity() <= 2 * LINE_LIMIT);
    decoder.finish(&mut out);
    assert_eq!(
        out[0].cut_bytes + out[0].text.len() as u64,
        10_000_000,
        "every byte is counted"
    );
}

#[test]
fn lines_without_timestamps_are_kept_whole() {
    let lines = decode(
        false,
        &[frame(1, b"2024 was fine\n"), frame(1, b"x\ny\n")].concat(),
        3,
    );
    assert_eq!(
        texts(&lines)
            .iter()
            .map(|(_, text)| *text)
            .collect::<Vec<_>>(),
        ["2024 was fine", "x", "y"]
    );
    assert!(lines.iter().all(|line| line.at.is_none()));
}

#[test]
fn a_character_cut_in_two_is_counted_not_garbled() {
    let mut text = vec![b'a'; LINE_LIMIT - 1];
    text.extend("🦀tail\n".as_bytes());
    let lines = decode(false, &frame(1, &stamped(&text)), 4096);
    assert!(lines[0].text.ends_with('a'));
    assert_eq!(lines[0].cut_bytes, 8);
}

#[test]
fn a_character_split_over_frames_and_chunks_is_one() {
    let (first, second) = "🦀".as_bytes().split_at(2);
    let body = [
        frame(1, &stamped(&[b"a", first].concat())),
        frame(1, &stamped(&[second, b"b\n"].concat())),
    ]
    .concat();
    for chunk in 1..=body.len() {
        assert_eq!(texts(&decode(false, &body, chunk))[0].1, "a🦀b");
    }
}

#[test]
fn a_stream_that_nobody_described_is_known_by_its_first_bytes() {
    let framed = frame(2, &stamped(b"err\n"));
    let raw = stamped(b"out\r\n");
    for chunk in [1, 7, 8, 9, 100] {
        let lines = decode(None, &framed, chunk);
        assert_eq!(texts(&lines), [(LogStream::Stderr, "err")]);
        let lines = decode(None, &raw, chunk);
        assert_eq!(texts(&lines), [(LogStream::Stdout, "out")]);
        assert!(lines[0].at.is_some());
    }
    assert_eq!(
        texts(&decode(None, b"short", 2)),
        [(LogStream::Stdout, "short")]
    );
    assert!(decode(None, b"", 1).is_empty());
}

#[test]
fn the_content_type_wins_over_what_is_known() {
    let framed = frame(1, &stamped(b"x\n"));
    let raw = stamped(b"x\n");
    for (tty, content_type, names_raw, body) in [
        (Some(true), MULTIPLEXED, true, &framed),
        (None, MULTIPLEXED, false, &framed),
        (Some(false), RAW, true, &raw),
        // Before API 1.42 every stream is called raw.
        (Some(false), RAW, false, &framed),
        (None, RAW, false, &framed),
        (Some(false), "application/octet-stream", true, &framed),
    ] {
        let mut decoder = LogDecoder::new("x".into(), tty);
        let mut out = Vec::new();
        decoder.expect(content_type, names_raw);
        decoder.push(body, &mut out);
        assert_eq!(
            texts(&out),
            [(LogStream::Stdout, "x")],
            "{tty:?} {content_type}"
        );
        assert!(out[0].at.is_some());
    }
}

#[test]
fn a_frame_that_is_none_never_waits_for_its_length() {
    for nonsense in [
        &b"\x01\x00\x00\x00\xff\xff\xff\xff"[..],
        b"\x01\x00\x00\x00\x7f\x00\x00\x00",
        b"\x09\x00\x00\x00\x00\x00\x00\x04",
        b"\x01hello, ",
    ] {
        let body = [
            &frame(1, &stamped(b"before\n")),
            nonsense,
            &stamped(b"after\n"),
        ]
        .concat();
        for chunk in [1, 5, 500] {
            let lines = decode(false, &body, chunk);
            assert_eq!(lines.len(), 2, "{nonsense:?}");
            assert_eq!(lines[0].text, "before");
            assert!(lines[1].text.ends_with("after"), "{:?}", lines[1].text);
        }
    }
}

#[test]
fn frames_are_read_again_behind_one_that_is_none() {
    for nonsense in [
        &b"\x01\x00\x00\x00\xff\xff\xff\xff"[..],
        b"\x09\x00\x00\x00\x00\x00\x00\x04 and so on",
    ] {
        let body = [
            &frame(1, &stamped(b"before\n")),
            nonsense,
            b" of a frame\n",
            &frame(2, &stamped(b"after\n")),
            &frame(1, &stamped(b"and after\n")),
        ]
        .concat();
        for tty in [Some(false), None] {
            for chunk in [1, 3, 8, 500] {
                let lines = decode(tty, &body, chunk);
                let seen = texts(&lines);
                assert_eq!(seen.len(), 4, "{seen:?}");
                assert_eq!(seen[0].1, "before");
                assert!(seen[1].1.ends_with(" of a frame"), "{seen:?}");
                let again = [
                    (LogStream::Stderr, "after"),
                    (LogStream::Stdout, "and after"),
                ];
                assert_eq!(seen[2..], again);
            }
        }
    }
    // A stream that began with something else.
    let body = [&b"HTTP proxy says hello\n"[..], &frame(2, &stamped(b"x\n"))].concat();
    let lines = decode(None, &body, 4);
    let expected = [
        (LogStream::Stdout, "HTTP proxy says hello"),
        (LogStream::Stderr, "x"),
    ];
    assert_eq!(texts(&lines), expected);
}

#[test]
fn a_progress_bar_of_hours_is_one_short_line() {
    let bar: String = (0..100_000)
        .map(|step| format!("\rdone {step} of 100000"))
        .collect();
    let text = format!("downloading a file of 100000 parts{bar}\rready");
    // The engine writes a timestamp before every message of a line.
    let messages = text.as_bytes().chunks(16 * 1024).map(stamped);
    let body = [messages.collect::<Vec<_>>().concat(), b"\r\n".to_vec()].concat();
    for chunk in [1_000, 16 * 1024, 1 << 20] {
        let lines = decode(true, &body, chunk);
        let seen: Vec<_> = lines
            .iter()
            .map(|it| (it.text.as_str(), it.cut_bytes))
            .collect();
        // A terminal shows what is not written over.
        let expected = ("ready99999 of 100000f 100000 parts", 0);
        assert_eq!(seen, [expected], "chunks of {chunk}");
    }
}

proptest! {
    #[test]
    fn any_bytes_in_any_chunks_give_the_same_lines(
        bytes in prop::collection::vec(any::<u8>(), 0..600), tty: Option<bool>, chunk in 1usize..64
    ) {
        prop_assert_eq!(decode(tty, &bytes, chunk), decode(tty, &bytes, 600));
    }
}
