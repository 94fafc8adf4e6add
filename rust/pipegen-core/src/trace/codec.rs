//! The values of a trace: a number's value, and the number that a value was made of.
//!
//! | kind   | value                                                    | what tells a foreign value                    |
//! |--------|----------------------------------------------------------|-----------------------------------------------|
//! | `int`  | a whole number of 31 bits                                | its number is not below the limit             |
//! | `long` | a whole number of 62 bits                                | its number is not below the limit             |
//! | `uuid` | a UUID of version 4                                      | 62 check bits, and the limit                  |
//! | `text` | a prefix, the number, a check part: `order-00000042-5f3a9c2e` | 32 check bits, and the limit             |
//!
//! Of values that are whole numbers, `limit / 2^31` and `limit / 2^62` of all foreign ones pass for own ones.

use super::feistel::Feistel;
use crate::avro::schema::digits::{put_digits, put_hex, put_uuid};
use crate::rng::mix;

const INT_BITS: u32 = 31;
const LONG_BITS: u32 = 62;
/// What version and variant leave free in the first and in the second half of a UUID.
const UUID_FIRST_BITS: u32 = 60;
const UUID_LAST_BITS: u32 = 62;
const CHECK: u64 = 0x5472_6163_6543_686b;
const CHECK_DIGITS: u32 = 8;
const DIGITS_MIN: usize = 8;
const DIGITS_MAX: usize = 20;

/// The kinds of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TraceKind {
    /// Whole numbers of 31 bits.
    Int,
    /// Whole numbers of 62 bits.
    Long,
    /// UUIDs.
    Uuid,
    /// Texts with a check part.
    Text,
}

impl TraceKind {
    /// The names of all, as hints have them.
    pub const NAMES: [&str; 4] = ["int", "long", "uuid", "text"];

    /// The kind of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let kinds = [Self::Int, Self::Long, Self::Uuid, Self::Text];
        kinds.into_iter().zip(Self::NAMES).find(|(_, each)| *each == name).map(|(kind, _)| kind)
    }

    /// Whether its values are texts.
    #[must_use]
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Uuid | Self::Text)
    }
}

/// Makes the values of one trace, and turns them back.
#[derive(Clone, Debug)]
pub struct Codec {
    kind: TraceKind,
    places: Feistel,
    check_key: u64,
    prefix: Box<[u8]>,
}

impl Codec {
    /// The codec of a stream; `prefix` stands before each text.
    #[must_use]
    pub fn new(kind: TraceKind, stream: u64, prefix: &str) -> Self {
        let bits = match kind {
            TraceKind::Int => INT_BITS,
            TraceKind::Long => LONG_BITS,
            TraceKind::Uuid | TraceKind::Text => UUID_FIRST_BITS,
        };
        Self {
            kind,
            places: Feistel::new(bits, stream),
            check_key: mix(stream ^ CHECK),
            prefix: prefix.as_bytes().into(),
        }
    }

    /// The kind of its values.
    #[must_use]
    pub const fn kind(&self) -> TraceKind {
        self.kind
    }

    /// How many numbers have values of their own.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.places.size()
    }

    /// The value of a number below [`Self::size`], of the kinds whose values are whole numbers.
    #[must_use]
    #[inline]
    pub fn whole(&self, number: u64) -> i64 {
        self.places.forth(number % self.size()).cast_signed()
    }

    /// The number that a whole number was made of; `None` for one that was made of none below `limit`.
    #[must_use]
    #[inline]
    pub fn number_of_whole(&self, value: i64, limit: u64) -> Option<u64> {
        let place = u64::try_from(value).ok().filter(|place| *place < self.size())?;
        Some(self.places.back(place)).filter(|number| *number < limit)
    }

    /// Appends the text of a number, of the kinds whose values are texts.
    pub fn put_text(&self, number: u64, out: &mut Vec<u8>) {
        if self.kind == TraceKind::Uuid {
            let place = self.places.forth(number % self.size());
            return put_uuid(out, &uuid_of(place, self.check(place) >> (64 - UUID_LAST_BITS)));
        }
        out.extend_from_slice(&self.prefix);
        put_digits(out, number, DIGITS_MIN);
        out.push(b'-');
        put_hex(out, self.check(number), CHECK_DIGITS);
    }

    /// The number that a text was made of; `None` for one that was made of none below `limit`.
    #[must_use]
    pub fn number_of_text(&self, text: &[u8], limit: u64) -> Option<u64> {
        let number = match self.kind {
            TraceKind::Uuid => {
                let (place, check) = parts_of_uuid(text)?;
                (self.check(place) >> (64 - UUID_LAST_BITS) == check).then(|| self.places.back(place))?
            }
            _ => self.number_of_id(text)?,
        };
        (number < limit).then_some(number)
    }

    fn number_of_id(&self, text: &[u8]) -> Option<u64> {
        let rest = text.strip_prefix(&*self.prefix)?;
        let (digits, check) = rest.split_at_checked(rest.len().checked_sub(CHECK_DIGITS as usize + 1)?)?;
        let leads = digits.len() > DIGITS_MIN && digits[0] == b'0';
        if leads || !(DIGITS_MIN..DIGITS_MAX).contains(&digits.len()) || check[0] != b'-' {
            return None;
        }
        let (mut number, mut only_digits) = (0_u64, true);
        for digit in digits {
            let value = digit.wrapping_sub(b'0');
            only_digits &= value < 10;
            number = number.wrapping_mul(10).wrapping_add(u64::from(value));
        }
        let found = hex(check[1..].try_into().ok()?)?;
        (only_digits && self.check(number) & ((1 << (4 * CHECK_DIGITS)) - 1) == u64::from(found)).then_some(number)
    }

    #[inline]
    const fn check(&self, bits: u64) -> u64 {
        mix(mix(bits.wrapping_add(self.check_key)) ^ self.check_key)
    }
}

const fn uuid_of(place: u64, check: u64) -> [u8; 16] {
    let high = (place >> 12 << 16) | 0x4000 | (place & 0xfff);
    (((high as u128) << 64) | (1 << 63) | check as u128).to_be_bytes()
}

/// The free bits of a UUID of version 4, as it is usually written in small letters.
fn parts_of_uuid(text: &[u8]) -> Option<(u64, u64)> {
    let text: &[u8; 36] = text.try_into().ok()?;
    if [text[8], text[13], text[18], text[23]] != [b'-'; 4] {
        return None;
    }
    let eight = |first: usize, second: usize| {
        let digits = std::array::from_fn(|place| text[if place < 4 { first + place } else { second + place - 4 }]);
        hex(digits).map(u64::from)
    };
    let high = eight(0, 4)? << 32 | eight(9, 14)?;
    let low = eight(19, 24)? << 32 | eight(28, 32)?;
    let marked = high & 0xf000 == 0x4000 && low >> UUID_LAST_BITS == 2;
    marked.then_some(((high >> 16 << 12) | (high & 0xfff), low & ((1 << UUID_LAST_BITS) - 1)))
}

/// Eight hexadecimal digits in small letters, all at once.
fn hex(digits: [u8; 8]) -> Option<u32> {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let letters = u64::from_be_bytes(digits);
    let nibbles = ((letters & (0x0f * EACH)) + ((letters >> 6) & EACH) * 9) & (0x0f * EACH);
    let above_nine = ((nibbles + 6 * EACH) >> 4) & EACH;
    // Written again, only a digit is what it was.
    if nibbles + 0x30 * EACH + above_nine * 0x27 != letters {
        return None;
    }
    let bytes = (nibbles | nibbles >> 4) & 0x00ff_00ff_00ff_00ff;
    let words = (bytes | bytes >> 8) & 0x0000_ffff_0000_ffff;
    u32::try_from((words | words >> 16) & 0xffff_ffff).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::rng::Rng;

    const LIMIT: u64 = 10_000_000;
    const FOREIGN: u64 = 1_000_000;

    fn text(codec: &Codec, number: u64) -> String {
        let mut out = Vec::new();
        codec.put_text(number, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn each_value_leads_back_to_its_number() {
        for kind in [TraceKind::Int, TraceKind::Long] {
            let codec = Codec::new(kind, 5, "");
            let values: BTreeSet<i64> = (0..100_000).map(|number| codec.whole(number)).collect();
            assert_eq!(values.len(), 100_000);
            assert!(values.iter().all(|value| (0..1_i64 << 62).contains(value)));
            assert!((0..100_000).all(|number| codec.number_of_whole(codec.whole(number), LIMIT) == Some(number)));
        }
        for kind in [TraceKind::Uuid, TraceKind::Text] {
            let codec = Codec::new(kind, 5, "order-");
            let values: BTreeSet<String> = (0..100_000).map(|number| text(&codec, number)).collect();
            assert_eq!(values.len(), 100_000);
            let back = |number| codec.number_of_text(text(&codec, number).as_bytes(), LIMIT);
            assert!((0..100_000).all(|number| back(number) == Some(number)));
        }
        assert!(Codec::new(TraceKind::Int, 5, "").whole(3) < 1 << 31);
    }

    #[test]
    fn an_id_is_easy_to_read_and_grows_with_its_number() {
        let codec = Codec::new(TraceKind::Text, 5, "order-");
        assert!(text(&codec, 42).starts_with("order-00000042-"));
        assert_eq!(codec.number_of_text(text(&codec, 12_345_678_901).as_bytes(), 1 << 50), Some(12_345_678_901));
    }

    #[test]
    fn of_a_million_foreign_values_none_is_taken_for_an_own_one() {
        let mut rng = Rng::for_event(9, 9);
        let long = Codec::new(TraceKind::Long, 5, "");
        assert!((0..FOREIGN).all(|value| long.number_of_whole(value.cast_signed(), LIMIT).is_none()));
        let mut drawn = || rng.bits().cast_signed();
        assert!((0..FOREIGN).all(|_| long.number_of_whole(drawn(), LIMIT).is_none()));
        let uuid = Codec::new(TraceKind::Uuid, 5, "");
        let other = Codec::new(TraceKind::Uuid, 6, "");
        assert!((0..FOREIGN).all(|number| uuid.number_of_text(text(&other, number).as_bytes(), LIMIT).is_none()));
        let (ids, others) = (Codec::new(TraceKind::Text, 5, "order-"), Codec::new(TraceKind::Text, 6, "order-"));
        assert!((0..FOREIGN).all(|number| ids.number_of_text(text(&others, number).as_bytes(), LIMIT).is_none()));
        let bare = |number: u64| format!("order-{number:08}");
        assert!((0..FOREIGN).all(|number| ids.number_of_text(bare(number).as_bytes(), LIMIT).is_none()));
    }

    #[test]
    fn of_foreign_ints_as_many_pass_as_the_limit_is_of_all_ints() {
        let codec = Codec::new(TraceKind::Int, 5, "");
        let passed = (0..1_i64 << 24).filter(|value| codec.number_of_whole(*value, 1 << 20).is_some()).count();
        assert!((1 << 12..1 << 14).contains(&passed), "{passed} of 2^24, where 2^13 are expected");
    }

    #[test]
    fn eight_hexadecimal_digits_are_read_and_nothing_else() {
        assert_eq!(
            (hex(*b"0123abcf"), hex(*b"ffffffff"), hex(*b"00000000")),
            (Some(0x0123_abcf), Some(u32::MAX), Some(0))
        );
        for byte in 0..=u8::MAX {
            let expected = (byte as char).to_digit(16).filter(|_| !byte.is_ascii_uppercase());
            for place in 0..8 {
                let mut digits = *b"00000000";
                digits[place] = byte;
                assert_eq!(hex(digits), expected.map(|value| value << (28 - 4 * place)), "{byte} at {place}");
            }
        }
    }

    #[test]
    fn a_value_that_is_written_otherwise_is_foreign() {
        let (uuid, ids) = (Codec::new(TraceKind::Uuid, 5, ""), Codec::new(TraceKind::Text, 5, "order-"));
        let (own, id) = (text(&uuid, 7), text(&ids, 7));
        for wrong in [own.to_uppercase(), own.replace('-', ""), format!("{own} "), String::new()] {
            assert_eq!(uuid.number_of_text(wrong.as_bytes(), LIMIT), None, "{wrong:?}");
        }
        for wrong in [id.replace("00000007", "000000007"), id.replace("order", "Order"), "order-".into(), "-".into()] {
            assert_eq!(ids.number_of_text(wrong.as_bytes(), LIMIT), None, "{wrong:?}");
        }
        assert_eq!(Codec::new(TraceKind::Long, 5, "").number_of_whole(-1, LIMIT), None);
    }

    #[test]
    fn a_number_that_is_not_planned_is_foreign() {
        let codec = Codec::new(TraceKind::Long, 5, "");
        assert_eq!(codec.number_of_whole(codec.whole(LIMIT), LIMIT), None);
        assert_eq!(codec.number_of_whole(codec.whole(LIMIT - 1), LIMIT), Some(LIMIT - 1));
    }
}
