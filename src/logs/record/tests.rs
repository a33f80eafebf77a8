mod json;
mod requests;
mod text;

use proptest::prelude::*;

use super::*;

/// A record in one line: form, level and time, message, fields.
fn shown(record: &Record<'_>) -> String {
    let time = match record.time {
        None => "-".to_owned(),
        Some(OwnTime::Moment(at)) => at.to_string(),
        Some(OwnTime::Local(at)) => format!("{at} local"),
        Some(OwnTime::WithoutYear(at)) => format!("{at} no year"),
        Some(other) => format!("{other:?}"),
    };
    let fields = record.fields.iter();
    let fields: Vec<_> = fields
        .map(|it| format!("{}={}", it.key, it.value))
        .collect();
    let (form, level, message) = (record.form, record.level, &record.message);
    let text = format!(
        "{form:?} {level:?} {time} | {message} | {}",
        fields.join(" ")
    );
    text.trim_end().to_owned()
}

/// Every line is read as expected; its level and time alone are those of the whole record.
fn check(rows: &[(&str, &str)]) {
    for (line, expected) in rows {
        let record = Record::read(line);
        assert_eq!(shown(&record), *expected, "{line}");
        assert_eq!(level(line), record.level, "{line}");
        assert_eq!(own_time(line), record.time, "{line}");
        let coloured = format!("\u{1b}[2m\u{1b}[0m{line}\u{1b}[0m");
        if !line.starts_with('{') {
            assert_eq!(shown(&Record::read(&coloured)), *expected, "{line}");
            assert_eq!(level(&coloured), record.level, "{line}");
        }
    }
}

#[test]
fn a_message_below_its_head_and_a_trace_are_told_apart() {
    let text = "fail: Shop.Orders[7]\n      No route\n      System.Exception: x\n         at A.B()";
    let record = Record::read(text);
    assert_eq!(record.message, "No route");
    assert_eq!(
        record.trace,
        Some("      System.Exception: x\n         at A.B()")
    );
    let text = "Mar 28, 2026 2:02:11 PM com.example.App main\nSEVERE: no route\njava.lang.Error: x\n\tat A.b(A.java:1)";
    let record = Record::read(text);
    assert_eq!(
        shown(&record),
        "Text Some(Error) 2026-03-28T14:02:11Z local | no route | logger=com.example.App main"
    );
    assert_eq!(record.trace, Some("java.lang.Error: x\n\tat A.b(A.java:1)"));
    assert_eq!(level(text), Some(LineLevel::Error));
    let pretty = "{\n  \"level\": \"error\",\n  \"msg\": \"x\",\n  \"a\": {\n    \"b\": 1\n  }\n}";
    let record = Record::read(pretty);
    assert_eq!(shown(&record), "Json Some(Error) - | x | a.b=1");
    assert_eq!(record.trace, None);
}

#[test]
fn numbers_are_numbers() {
    let record = Record::read(r#"{"msg":"x","status":"503","took":12.5,"id":"0x1f","n":"nan"}"#);
    let numbers: Vec<_> = record.fields.iter().map(|it| it.number).collect();
    assert_eq!(numbers, [Some(503.0), Some(12.5), None, None]);
}

proptest! {
    #[test]
    fn any_text_is_read_without_harm_and_its_level_is_that_of_the_record(
        text in prop_oneof![
            any::<String>(),
            "[\\[{\"0-9:,.TZ a-zA-Z=\\\\\\]}<>|-]{0,80}",
            "(\\{|)\"(level|msg|a|log)\":(\"(error|x\\\\u00e9)\"|1|\\{|\\[|tr)[,}]{0,3}\"level\":\"warn\"\\}?",
            "(2026-03-28 14:02:11[ ,.Z+0-9]{0,8}|\\[|)[ a-zA-Z:|\\[\\]-]{0,20}(INFO|error|W)[ :\\]-]{0,4}[a-z=]{0,9}",
        ]
    ) {
        let record = Record::read(&text);
        prop_assert_eq!(level(&text), record.level);
        prop_assert_eq!(own_time(&text), record.time);
    }
}

#[test]
fn tabs_separate_like_blanks() {
    let at = "2026-03-28T14:02:11";
    for (text, level) in [
        // Zap, its console encoder.
        (
            "{at}.123Z\tINFO\tapp\tmain/app.go:12\tstarted\t{\"port\": 80}",
            LineLevel::Info,
        ),
        ("{at}.123+0100\tERROR\tmain/app.go:12\tno", LineLevel::Error),
        ("28/Mar/2026:14:02:11 +0000\tWARN\tno", LineLevel::Warning),
        ("time={at}Z\tlevel=warn\tmsg=no", LineLevel::Warning),
        (
            "level=error\tmsg=\"no\troute\"\ttime={at}Z",
            LineLevel::Error,
        ),
        ("{at}Z\t[main]\tWARN\tno", LineLevel::Warning),
        ("{at}Z\tapp.main\tWARN\tno", LineLevel::Warning),
        ("ERROR\t{at}Z\tno", LineLevel::Error),
    ] {
        let text = text.replace("{at}", at);
        let (tabs, blanks) = (Record::read(&text), text.replace('\t', "  "));
        let blanks = Record::read(&blanks);
        assert_eq!(tabs.level, Some(level), "{text}");
        assert!(tabs.time.is_some(), "{text}");
        assert_eq!((tabs.form, tabs.time), (blanks.form, blanks.time), "{text}");
        let fields = |it: &Record<'_>| {
            let fields = it
                .fields
                .iter()
                .map(|it| (it.key.to_string(), it.value.replace('\t', "  ")));
            fields.collect::<Vec<_>>()
        };
        assert_eq!(fields(&tabs), fields(&blanks), "{text}");
    }
}
