//! Points in time as text, by patterns such as `yyyy-MM-dd HH:mm:ss.SSS`: what SQL's `TO_TIMESTAMP` reads.

use crate::avro::schema::calendar::{DAY_NS, put_date};
use crate::avro::schema::digits::put_digits;

/// A compiled pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TimeFormat(Box<[Piece]>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Plain(Box<str>),
    Year,
    ShortYear,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    /// The first digits of the second's fraction.
    Fraction(u32),
}

impl TimeFormat {
    /// Compiles a pattern; `None` where a letter of it has no meaning here.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let letters: Vec<char> = text.chars().collect();
        let (mut pieces, mut plain, mut at) = (Vec::new(), String::new(), 0);
        while let Some(&letter) = letters.get(at) {
            if letter == '\'' {
                let length = letters[at + 1..].iter().position(|each| *each == '\'')?;
                if length == 0 {
                    plain.push('\'');
                }
                plain.extend(&letters[at + 1..=at + length]);
                at += length + 2;
                continue;
            }
            if !letter.is_ascii_alphabetic() {
                plain.push(letter);
                at += 1;
                continue;
            }
            let count = letters[at..].iter().take_while(|each| **each == letter).count();
            let piece = match (letter, count) {
                ('y' | 'u', 4) => Piece::Year,
                ('y' | 'u', 2) => Piece::ShortYear,
                ('M', 2) => Piece::Month,
                ('d', 2) => Piece::Day,
                ('H', 2) => Piece::Hour,
                ('m', 2) => Piece::Minute,
                ('s', 2) => Piece::Second,
                ('S', 1..=9) => Piece::Fraction(u32::try_from(count).ok()?),
                _ => return None,
            };
            if !plain.is_empty() {
                pieces.push(Piece::Plain(std::mem::take(&mut plain).into()));
            }
            pieces.push(piece);
            at += count;
        }
        if !plain.is_empty() {
            pieces.push(Piece::Plain(plain.into()));
        }
        Some(Self(pieces.into()))
    }

    /// Appends a time since the epoch (UTC).
    pub(crate) fn put(&self, time_ns: i64, out: &mut Vec<u8>) {
        let of_day = time_ns.rem_euclid(DAY_NS).unsigned_abs();
        let seconds = of_day / 1_000_000_000;
        let mut date = Vec::with_capacity(10);
        put_date(&mut date, time_ns.div_euclid(DAY_NS));
        for piece in &self.0 {
            match piece {
                Piece::Plain(text) => out.extend_from_slice(text.as_bytes()),
                Piece::Year => out.extend_from_slice(&date[..4]),
                Piece::ShortYear => out.extend_from_slice(&date[2..4]),
                Piece::Month => out.extend_from_slice(&date[5..7]),
                Piece::Day => out.extend_from_slice(&date[8..10]),
                Piece::Hour => put_digits(out, seconds / 3_600, 2),
                Piece::Minute => put_digits(out, seconds / 60 % 60, 2),
                Piece::Second => put_digits(out, seconds % 60, 2),
                Piece::Fraction(digits) => {
                    put_digits(out, of_day % 1_000_000_000 / 10_u64.pow(9 - digits), *digits as usize);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_written_out() {
        let time_ns = 1_785_500_000_123_456_789;
        for (pattern, expected) in [
            ("yyyy-MM-dd HH:mm:ss", "2026-07-31 12:13:20"),
            ("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", "2026-07-31T12:13:20.123Z"),
            ("dd.MM.yy HH''mm", "31.07.26 12'13"),
            ("SSSSSS", "123456"),
        ] {
            let mut out = Vec::new();
            TimeFormat::parse(pattern).unwrap().put(time_ns, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }

    #[test]
    fn what_has_no_meaning_is_refused() {
        for pattern in ["yyyy-MMM-dd", "hh:mm a", "XXX", "'open"] {
            assert_eq!(TimeFormat::parse(pattern), None, "{pattern}");
        }
    }
}
