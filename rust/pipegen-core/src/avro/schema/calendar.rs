//! Points in time, and whole numbers that stand for one, as text.

use std::io::Write as _;

use super::digits::put_digits;
use super::types::{Logical, Unit};

/// The nanoseconds of a day.
pub(crate) const DAY_NS: i64 = 86_400_000_000_000;

/// An int or long: a number, or a text for a point in time.
///
/// `between` stands between date and time: `T` by ISO 8601, a space by SQL.
pub(crate) fn put_whole(value: i64, logical: Option<Logical>, between: u8, out: &mut Vec<u8>) -> Option<()> {
    match logical {
        Some(Logical::Date) => {
            out.push(b'"');
            put_date(out, value);
        }
        Some(Logical::TimeOfDay(unit)) => {
            out.push(b'"');
            put_time(value, unit, out);
        }
        Some(Logical::Timestamp(unit) | Logical::LocalTimestamp(unit)) => {
            let day_units = DAY_NS / unit.nanoseconds();
            out.push(b'"');
            put_date(out, value.div_euclid(day_units));
            out.push(between);
            put_time(value.rem_euclid(day_units), unit, out);
            if matches!(logical, Some(Logical::Timestamp(_))) {
                out.push(b'Z');
            }
        }
        _ => return write!(out, "{value}").ok(),
    }
    out.push(b'"');
    Some(())
}

/// `09:30:00.123`, as many digits as the unit has.
fn put_time(value: i64, unit: Unit, out: &mut Vec<u8>) {
    let (second_units, digits) = match unit {
        Unit::Millis => (1_000, 3),
        Unit::Micros => (1_000_000, 6),
        Unit::Nanos => (1_000_000_000, 9),
    };
    let value = value.unsigned_abs();
    let seconds = value / second_units;
    put_digits(out, seconds / 3_600, 2);
    out.push(b':');
    put_digits(out, seconds / 60 % 60, 2);
    out.push(b':');
    put_digits(out, seconds % 60, 2);
    out.push(b'.');
    put_digits(out, value % second_units, digits);
}

/// `2026-11-05T09:30:00.123Z`
pub(crate) fn put_instant(out: &mut Vec<u8>, time_ns: i64) {
    put_date(out, time_ns.div_euclid(DAY_NS));
    out.push(b'T');
    put_time_of_day(out, time_ns);
    out.push(b'Z');
}

/// `09:30:00.123`
pub(crate) fn put_time_of_day(out: &mut Vec<u8>, time_ns: i64) {
    put_time(time_ns.rem_euclid(DAY_NS) / Unit::Millis.nanoseconds(), Unit::Millis, out);
}

/// The calendar date of a day counted from 1970-01-01 (Hinnant's `civil_from_days`).
pub(crate) fn put_date(out: &mut Vec<u8>, day: i64) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_shifted = (5 * of_year + 2) / 153;
    let month = if month_shifted < 10 { month_shifted + 3 } else { month_shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    put_digits(out, year.unsigned_abs(), 4);
    out.push(b'-');
    put_digits(out, month.unsigned_abs(), 2);
    out.push(b'-');
    put_digits(out, (of_year - (153 * month_shifted + 2) / 5 + 1).unsigned_abs(), 2);
}
