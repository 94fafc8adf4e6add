//! Texts: each variant appends one value's characters, without its length.

use std::sync::Arc;

use super::draw::{Draw, Facet};
use super::moment::TimeFormat;
use super::number::Number;
use super::pattern::Pattern;
use super::shared::Shared;
use super::states::Machine;
use super::words::{ADJECTIVES, DOMAINS, FAMILY_NAMES, GIVEN_NAMES, NETWORKS, NOUNS, PLACES, Place, STREETS, VERBS};
use crate::avro::schema::calendar::{DAY_NS, put_date, put_instant, put_time_of_day};
use crate::avro::schema::digits::{put_digits, put_hex, put_text, put_uuid};
use crate::rng::Weighted;

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
    /// A text that leads back to the number of the event's key.
    Traced(Arc<Shared>),
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
    /// The due time, set back by the number's law, in a format of its own.
    Moment {
        time: Number,
        format: TimeFormat,
    },
    /// Another text, cut after so many characters.
    Cut {
        text: Box<Text>,
        length: usize,
    },
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
            Self::Uuid => put_uuid(out, &draw.uuid()),
            Self::Hex(digits) => {
                for first in (0..*digits).step_by(16) {
                    put_hex(out, draw.rng.bits(), (digits - first).min(16));
                }
            }
            Self::Version => put_version(draw, out),
            Self::Sku => {
                (0..3).for_each(|_| out.push(draw.letter(b'A')));
                out.push(b'-');
                put_digits(out, draw.rng.below(10_000), 4);
            }
            Self::Words(words) => put(out, draw.pick(words)),
            Self::Entity { prefix, number, width } => {
                put(out, prefix);
                put_digits(out, number.draw(draw).unsigned_abs(), *width);
            }
            Self::Traced(shared) => shared.put_traced(draw.event, out),
            Self::Number { number, decimals } => put_text(out, number.draw(draw), *decimals),
            Self::Instant => put_instant(out, draw.due_ns),
            Self::Date => put_date(out, draw.due_ns.div_euclid(DAY_NS)),
            Self::TimeOfDay => put_time_of_day(out, draw.due_ns),
            Self::Moment { time, format } => {
                let time_ns = time.draw(draw);
                format.put(time_ns, out);
            }
            Self::Cut { text, length } => {
                let start = out.len();
                text.put(draw, out);
                cut(out, start, *length);
            }
            Self::Choice(choice) => put(out, draw.choose::<Box<str>>(choice)),
            Self::State(machine) => put(out, machine.name(machine.at(draw.seed, draw.event).state)),
            Self::Pattern(pattern) => pattern.put(draw, out),
            Self::Letters { min, max } => put_letters(draw, (*min, *max), out),
        }
    }
}

/// Letters, as many as one of a range.
fn put_letters(draw: &mut Draw, (min, max): (u64, u64), out: &mut Vec<u8>) {
    let around = draw.enter_stratum();
    let count = min + draw.rng.below(max - min + 1);
    (0..count).for_each(|_| out.push(draw.letter(b'a')));
    draw.leave_stratum(around);
}

/// Takes off what goes beyond so many characters.
fn cut(out: &mut Vec<u8>, start: usize, length: usize) {
    // A byte of the form 10xxxxxx goes on with the character before.
    let mut firsts = out[start..].iter().enumerate().filter(|(_, byte)| **byte & 0xc0 != 0x80);
    if let Some((end, _)) = firsts.nth(length) {
        out.truncate(start + end);
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
