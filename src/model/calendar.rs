//! Days of the calendar, for times that are read where the general parser is too slow or too strict.

use jiff::civil::Date;
use jiff::tz::Offset;

/// Seconds from the epoch to the begin of a day in UTC; `None` where there is no such day.
#[must_use]
pub fn midnight(year: i64, month: i64, day: i64) -> Option<i64> {
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    let date = Date::new(i16::try_from(year).ok()?, month, day).ok()?;
    let begin = Offset::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok()?;
    Some(begin.as_second())
}
