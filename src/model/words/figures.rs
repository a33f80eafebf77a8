//! Numbers as people read them. Every function is total: no input panics or prints `NaN`.

const BINARY: [&str; 6] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/// Bytes with a binary unit: `512 B`, `31.0 MiB`, `128 MiB`.
#[must_use]
pub fn bytes(value: f64) -> String {
    let (scaled, unit) = binary(value);
    if unit == "B" || scaled >= 99.95 {
        format!("{scaled:.0} {unit}")
    } else {
        format!("{scaled:.1} {unit}")
    }
}

/// Bytes in at most five cells: `512B`, `31.0M`, `128M`.
#[must_use]
pub fn bytes_short(value: f64) -> String {
    let (scaled, unit) = binary(value);
    let letter = unit.get(..1).unwrap_or_default();
    if unit == "B" || scaled >= 99.95 {
        format!("{scaled:.0}{letter}")
    } else {
        format!("{scaled:.1}{letter}")
    }
}

fn binary(value: f64) -> (f64, &'static str) {
    let mut scaled = if value.is_finite() {
        value.max(0.0)
    } else {
        0.0
    };
    let mut unit = 0;
    while scaled >= 1023.5 && unit + 1 < BINARY.len() {
        scaled /= 1024.0;
        unit += 1;
    }
    (scaled, BINARY[unit])
}

/// Bytes per second: `1.2 MiB/s`.
#[must_use]
pub fn rate(bytes_per_s: f64) -> String {
    format!("{}/s", bytes(bytes_per_s))
}

/// Percent of one core or of a limit: `0.4%`, `12%`, `134%`.
#[must_use]
pub fn percent(value: f64) -> String {
    let value = if value.is_finite() {
        value.max(0.0)
    } else {
        0.0
    };
    if value < 9.95 {
        format!("{value:.1}%")
    } else {
        format!("{value:.0}%")
    }
}

/// Milliseconds: `2.1 ms`, `123 ms`, `1.2 s`.
#[must_use]
pub fn millis(value: f64) -> String {
    let value = if value.is_finite() {
        value.max(0.0)
    } else {
        0.0
    };
    if value < 9.95 {
        format!("{value:.1} ms")
    } else if value < 999.5 {
        format!("{value:.0} ms")
    } else {
        format!("{:.1} s", value / 1000.0)
    }
}

/// A number of events a second, without its unit: `0.03`, `1.2`, `340`, `12k`.
#[must_use]
pub fn per_second(value: f64) -> String {
    if value <= 0.0 {
        "0".to_owned()
    } else if value < 0.01 {
        "<0.01".to_owned()
    } else if value < 0.1 {
        format!("{value:.2}")
    } else if value < 10.0 {
        format!("{value:.1}")
    } else if value < 10_000.0 {
        format!("{value:.0}")
    } else {
        format!("{:.0}k", value / 1_000.0)
    }
}

/// A count with thousands separators: `12,345`.
#[must_use]
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 service`, `2 services`.
#[must_use]
pub fn plural(value: usize, noun: &str) -> String {
    let plural = if value == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", count(value as u64))
}

/// Bytes in mebibytes, from a gibibyte on in gibibytes: `31.0 MiB`, `1.25 GiB`.
#[must_use]
pub fn mebibytes(bytes: f64) -> String {
    const MIB: f64 = 1_048_576.0;
    let bytes = bytes.max(0.0);
    if bytes < 1_024.0 * MIB {
        format!("{:.1} MiB", bytes / MIB)
    } else {
        format!("{:.2} GiB", bytes / MIB / 1_024.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_keep_two_digits() {
        for (value, expected) in [
            (0.0, "0"),
            (0.004, "<0.01"),
            (0.033, "0.03"),
            (0.25, "0.2"),
            (9.94, "9.9"),
            (1_240.4, "1240"),
            (12_400.0, "12k"),
        ] {
            assert_eq!(per_second(value), expected);
        }
    }

    #[test]
    fn bytes_keep_three_digits() {
        for (value, long, short) in [
            (0.0, "0 B", "0B"),
            (512.0, "512 B", "512B"),
            (1023.0, "1023 B", "1023B"),
            (1024.0, "1.0 KiB", "1.0K"),
            (32_505_856.0, "31.0 MiB", "31.0M"),
            (134_217_728.0, "128 MiB", "128M"),
            (104_857_000.0, "100 MiB", "100M"),
            (1_073_741_824.0, "1.0 GiB", "1.0G"),
            (1_073_741_823.0, "1.0 GiB", "1.0G"),
            (f64::NAN, "0 B", "0B"),
            (-5.0, "0 B", "0B"),
        ] {
            assert_eq!(
                (bytes(value).as_str(), bytes_short(value).as_str()),
                (long, short)
            );
        }
    }

    #[test]
    fn mebibytes_keep_their_unit_below_a_gibibyte() {
        assert_eq!(
            [32_505_856.0, 1_342_177_280.0, f64::NAN, -5.0].map(mebibytes),
            ["31.0 MiB", "1.25 GiB", "0.0 MiB", "0.0 MiB"]
        );
    }

    #[test]
    fn bytes_beyond_all_units_stay_in_the_last_one() {
        assert!(bytes(f64::MAX).ends_with(" PiB"));
    }

    #[test]
    fn percents_and_latencies_lose_digits_as_they_grow() {
        assert_eq!(
            [0.0, 0.44, 9.94, 9.96, 134.4].map(percent),
            ["0.0%", "0.4%", "9.9%", "10%", "134%"]
        );
        assert_eq!(
            [0.31, 9.96, 123.4, 999.6, 12_345.0].map(millis),
            ["0.3 ms", "10 ms", "123 ms", "1.0 s", "12.3 s"]
        );
        assert_eq!(rate(1_258_291.0), "1.2 MiB/s");
    }

    #[test]
    fn counts_read_well() {
        assert_eq!(
            [0, 999, 1000, 1_234_567].map(count),
            ["0", "999", "1,000", "1,234,567"]
        );
        assert_eq!(
            (plural(1, "line"), plural(2, "line")),
            ("1 line".into(), "2 lines".into())
        );
    }
}
