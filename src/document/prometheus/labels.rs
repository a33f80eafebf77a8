//! Labels of a series.

use std::fmt::Write as _;

/// Appends `name="value"` of each pair in braces; nothing where there are none. A label without a
/// value is left out: Prometheus takes both for the same.
pub(super) fn write_labels(labels: &[(&str, &str)], out: &mut String) {
    let mut separator = '{';
    for (name, value) in labels.iter().filter(|(_, value)| !value.is_empty()) {
        let _infallible = write!(out, "{separator}{name}=\"");
        escape(value, out);
        out.push('"');
        separator = ',';
    }
    if separator == ',' {
        out.push('}');
    }
}

/// A value as both formats escape it; other control bytes become the replacement character, as no
/// reader of metrics shows them.
fn escape(value: &str, out: &mut String) {
    for c in value.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => out.push(char::REPLACEMENT_CHARACTER),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_and_empty_ones_left_out() {
        let mut out = String::new();
        write_labels(&[("a", "x\"y\\z\n\u{1b}"), ("b", ""), ("c", "é")], &mut out);
        assert_eq!(out, "{a=\"x\\\"y\\\\z\\n\u{fffd}\",c=\"é\"}");
        out.clear();
        write_labels(&[("b", "")], &mut out);
        assert_eq!(out, "");
    }
}
