//! Texts: each variant appends one value's characters, without its length.

use std::sync::Arc;

use super::draw::{Draw, Facet};
use super::number::{DAY_NS, Number, put_digits, put_text};
use super::pattern::Pattern;
use super::states::Machine;
use super::words::{ADJECTIVES, DOMAINS, FAMILY_NAMES, GIVEN_NAMES, NETWORKS, NOUNS, PLACES, Place, STREETS, VERBS};
use crate::rng::Weighted;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Where a text comes from.
#[derive(Clone, Debug)]
pub(crate) enum Text {
    GivenName,
    FamilyName,
    FullName,
    Username,
    Email,
    Phone,
    Place(fn(&Place) -> &'static str),
    Street,
    Postcode,
    Company,
    Product,
    Sentence,
    Title,
    /// Two words and a number: a text of no known meaning.
    Label,
    Url,
    Host,
    Ipv4,
    Ipv6,
    Mac,
    Uuid,
    Hex(u32),
    Version,
    Sku,
    Words(&'static [&'static str]),
    /// `prefix-00042`, from a pool.
    Entity {
        prefix: Box<str>,
        number: Number,
        width: usize,
    },
    /// A number's digits.
    Number {
        number: Number,
        decimals: u32,
    },
    /// The due time as `2026-11-05T09:30:00.123Z`.
    Instant,
    /// The due time's date as `2026-11-05`.
    Date,
    /// The due time's time of day as `09:30:00.123`.
    TimeOfDay,
    Choice(Weighted<Box<str>>),
    /// The state of the event's entity.
    State(Arc<Machine>),
    Pattern(Pattern),
    /// Random letters, for a given size.
    Letters {
        min: u64,
        max: u64,
    },
}

impl Text {
    /// Appends one text.
    pub(crate) fn put(&self, draw: &mut Draw, out: &mut Vec<u8>) {
        match self {
            Self::GivenName => put(out, draw.own(Facet::Given, &GIVEN_NAMES)),
            Self::FamilyName => put(out, draw.own(Facet::Family, &FAMILY_NAMES)),
            Self::FullName => {
                put(out, draw.own(Facet::Given, &GIVEN_NAMES));
                out.push(b' ');
                put(out, draw.own(Facet::Family, &FAMILY_NAMES));
            }
            Self::Username => put_username(draw, b'_', out),
            Self::Email => {
                put_username(draw, b'.', out);
                put_digits(out, draw.own_below(Facet::Number, 1_000) as u64, 1);
                out.push(b'@');
                put(out, draw.own(Facet::Place, &DOMAINS));
            }
            Self::Phone => {
                // 555-0100 to 555-0199 are kept free for fiction.
                put(out, "+1-");
                put_digits(out, 201 + draw.rng.below(700), 3);
                put(out, "-555-01");
                put_digits(out, draw.rng.below(100), 2);
            }
            Self::Place(part) => put(out, part(&PLACES[draw.own_below(Facet::Place, PLACES.len())])),
            Self::Street => {
                put_digits(out, 1 + draw.rng.below(199), 1);
                out.push(b' ');
                put(out, draw.pick(&STREETS));
            }
            Self::Postcode => put_digits(out, draw.rng.below(100_000), 5),
            Self::Company => {
                put_capital(out, draw.pick(&NOUNS));
                put(out, draw.pick(&[" Ltd", " GmbH", " Inc", " & Sons"]));
            }
            Self::Product | Self::Title => {
                put_capital(out, draw.pick(&ADJECTIVES));
                out.push(b' ');
                put(out, draw.pick(&NOUNS));
            }
            Self::Sentence => put_sentence(draw, out),
            Self::Label => put_label(draw, out),
            Self::Url => {
                put(out, "https://example.com/");
                put(out, draw.pick(&NOUNS));
                out.push(b'/');
                put_digits(out, draw.rng.below(10_000), 1);
            }
            Self::Host => {
                put(out, draw.pick(&NOUNS));
                put_digits(out, 1 + draw.rng.below(20), 2);
                put(out, ".example.com");
            }
            Self::Ipv4 => {
                put(out, draw.pick(&NETWORKS));
                put_digits(out, 1 + draw.rng.below(254), 1);
            }
            Self::Ipv6 => {
                put(out, "2001:db8::");
                put_hex(out, draw.rng.bits(), 4);
            }
            Self::Mac => {
                // 00:00:5e:00:53:xx is kept free for documentation (RFC 9542).
                put(out, "00:00:5e:00:53:");
                put_hex(out, draw.rng.bits(), 2);
            }
            Self::Uuid => put_uuid(out, &uuid(draw)),
            Self::Hex(digits) => {
                for first in (0..*digits).step_by(16) {
                    put_hex(out, draw.rng.bits(), (digits - first).min(16));
                }
            }
            Self::Version => put_version(draw, out),
            Self::Sku => {
                (0..3).for_each(|_| put_letter(draw, b'A', out));
                out.push(b'-');
                put_digits(out, draw.rng.below(10_000), 4);
            }
            Self::Words(words) => put(out, draw.pick(words)),
            Self::Entity { prefix, number, width } => {
                put(out, prefix);
                put_digits(out, number.draw(draw).unsigned_abs(), *width);
            }
            Self::Number { number, decimals } => put_text(out, number.draw(draw), *decimals),
            Self::Instant => put_instant(out, draw.due_ns),
            Self::Date => put_date(out, draw.due_ns.div_euclid(DAY_NS)),
            Self::TimeOfDay => put_time_of_day(out, draw.due_ns),
            Self::Choice(choice) => put(out, choice.draw(&mut draw.rng)),
            Self::State(machine) => put(out, machine.name(machine.at(draw.seed, draw.event).state)),
            Self::Pattern(pattern) => pattern.put(draw, out),
            Self::Letters { min, max } => {
                let count = min + draw.rng.below(max - min + 1);
                (0..count).for_each(|_| put_letter(draw, b'a', out));
            }
        }
    }
}

#[inline]
pub(super) fn put(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

fn put_capital(out: &mut Vec<u8>, word: &str) {
    let start = out.len();
    put(out, word);
    out[start..].iter_mut().take(1).for_each(u8::make_ascii_uppercase);
}

/// Appends one of the 26 letters from `first` (`a` or `A`).
#[expect(clippy::cast_possible_truncation, reason = "below 26")]
pub(super) fn put_letter(draw: &mut Draw, first: u8, out: &mut Vec<u8>) {
    out.push(first + draw.rng.below(26) as u8);
}

/// Appends the lowest `digits` (up to 16) hexadecimal digits.
#[expect(clippy::cast_possible_truncation, reason = "masked to four bits")]
pub(super) fn put_hex(out: &mut Vec<u8>, bits: u64, digits: u32) {
    (0..digits).rev().for_each(|digit| out.push(HEX[(bits >> (4 * digit)) as usize & 15]));
}

fn put_username(draw: &Draw, joint: u8, out: &mut Vec<u8>) {
    let start = out.len();
    put(out, draw.own(Facet::Given, &GIVEN_NAMES));
    out.push(joint);
    put(out, draw.own(Facet::Family, &FAMILY_NAMES));
    out[start..].make_ascii_lowercase();
}

fn put_label(draw: &mut Draw, out: &mut Vec<u8>) {
    put(out, draw.pick(&ADJECTIVES));
    out.push(b'-');
    put(out, draw.pick(&NOUNS));
    out.push(b'-');
    put_digits(out, draw.rng.below(1_000), 1);
}

fn put_version(draw: &mut Draw, out: &mut Vec<u8>) {
    put_digits(out, 1 + draw.rng.below(5), 1);
    out.push(b'.');
    put_digits(out, draw.rng.below(20), 1);
    out.push(b'.');
    put_digits(out, draw.rng.below(10), 1);
}

fn put_sentence(draw: &mut Draw, out: &mut Vec<u8>) {
    put(out, "The ");
    put(out, draw.pick(&ADJECTIVES));
    out.push(b' ');
    put(out, draw.pick(&NOUNS));
    out.push(b' ');
    put(out, draw.pick(&VERBS));
    put(out, " near the ");
    put(out, draw.pick(&NOUNS));
    out.push(b'.');
}

/// Sixteen random bytes marked as a version 4 UUID.
pub(super) fn uuid(draw: &mut Draw) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&draw.rng.bits().to_be_bytes());
    bytes[8..].copy_from_slice(&draw.rng.bits().to_be_bytes());
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    bytes
}

pub(super) fn put_uuid(out: &mut Vec<u8>, bytes: &[u8; 16]) {
    let mut text = [b'-'; 36];
    let mut at = 0;
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            at += 1;
        }
        text[at] = HEX[usize::from(byte >> 4)];
        text[at + 1] = HEX[usize::from(byte & 15)];
        at += 2;
    }
    out.extend_from_slice(&text);
}

pub(super) fn put_instant(out: &mut Vec<u8>, time_ns: i64) {
    put_date(out, time_ns.div_euclid(DAY_NS));
    out.push(b'T');
    put_time_of_day(out, time_ns);
    out.push(b'Z');
}

pub(super) fn put_time_of_day(out: &mut Vec<u8>, time_ns: i64) {
    let millis = time_ns.rem_euclid(DAY_NS).unsigned_abs() / 1_000_000;
    put_digits(out, millis / 3_600_000, 2);
    out.push(b':');
    put_digits(out, millis / 60_000 % 60, 2);
    out.push(b':');
    put_digits(out, millis / 1_000 % 60, 2);
    out.push(b'.');
    put_digits(out, millis % 1_000, 3);
}

/// The calendar date of a day counted from 1970-01-01 (Hinnant's `civil_from_days`).
pub(super) fn put_date(out: &mut Vec<u8>, day: i64) {
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
