//! The time zone in which times are shown.

use jiff::tz::TimeZone;

/// The time zone that `TZ` names, else that of this machine; UTC where there is neither.
///
/// `TimeZone::system` looks for the zone's name in the whole zoneinfo directory, which takes
/// milliseconds before the first paint. Its file is enough to show times.
pub fn local() -> TimeZone {
    let of_machine = || TimeZone::tzif("", &std::fs::read("/etc/localtime").ok()?).ok();
    let named = std::env::var_os("TZ").is_some();
    if named { None } else { of_machine() }.unwrap_or_else(TimeZone::system)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn the_file_of_the_zone_shows_the_same_times_as_its_name() {
        for second in [0, 1_700_000_000, 1_720_000_000, 4_000_000_000] {
            let at = Timestamp::from_second(second).expect("a time");
            let shown = |zone: TimeZone| at.to_zoned(zone).strftime("%F %T %Z").to_string();
            assert_eq!(shown(local()), shown(TimeZone::system()));
        }
    }
}
