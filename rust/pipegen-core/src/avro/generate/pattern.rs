//! Text patterns such as `ORD-{seq:08}`.
//!
//! | piece        | gives                                                      |
//! |--------------|------------------------------------------------------------|
//! | `{seq}`      | the event's number; `{seq:08}` with at least eight digits  |
//! | `{int:1-99}` | a whole number of that range                               |
//! | `{digits:4}` | that many digits                                           |
//! | `{hex:8}`    | that many hexadecimal digits                               |
//! | `{lower:3}`  | that many letters a–z                                      |
//! | `{upper:3}`  | that many letters A–Z                                      |
//! | `{uuid}`     | a random UUID                                              |
//! | `{{` `}}`    | a brace                                                    |

use super::draw::Draw;
use crate::avro::schema::digits::{put_digits, put_hex, put_uuid};

const PIECES: &str = "use {seq}, {seq:08}, {int:1-99}, {digits:4}, {hex:8}, {lower:3}, {upper:3}, {uuid}, or {{ and }}";
const COUNT_MAX: u32 = 1_000;

/// A compiled pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern(Box<[Piece]>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Plain(Box<str>),
    Sequence { width: usize },
    Int { min: u64, max: u64 },
    Digits(u32),
    Hex(u32),
    Lower(u32),
    Upper(u32),
    Uuid,
}

impl Pattern {
    /// Compiles a pattern; the error is (problem, remedy).
    pub(crate) fn parse(text: &str) -> Result<Self, (String, String)> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '{' | '}' if letters.peek() == Some(&letter) => {
                    letters.next();
                    plain.push(letter);
                }
                '{' => {
                    let inside: String = letters.by_ref().take_while(|next| *next != '}').collect();
                    if !plain.is_empty() {
                        pieces.push(Piece::Plain(std::mem::take(&mut plain).into()));
                    }
                    let wrong = || (format!("the pattern piece {{{inside}}} is not known"), PIECES.to_owned());
                    pieces.push(piece(&inside).ok_or_else(wrong)?);
                }
                '}' => return Err(("the pattern has a } without its {".to_owned(), PIECES.to_owned())),
                _ => plain.push(letter),
            }
        }
        if !plain.is_empty() {
            pieces.push(Piece::Plain(plain.into()));
        }
        Ok(Self(pieces.into()))
    }

    /// Appends one text.
    pub(crate) fn put(&self, draw: &mut Draw, out: &mut Vec<u8>) {
        if let (Some(stratum), Some(texts)) = (&draw.stratum, self.texts()) {
            self.put_number(stratum.one_of(texts.max(stratum.number().1)), out);
            return;
        }
        let around = draw.enter_stratum();
        self.put_random(draw, out);
        draw.leave_stratum(around);
    }

    /// How many texts there are; None where they are beyond counting, or follow the event.
    fn texts(&self) -> Option<u64> {
        self.0.iter().try_fold(1_u64, |texts, piece| texts.checked_mul(piece.texts()?)).filter(|texts| *texts < 1 << 48)
    }

    /// Appends the text of a number: another one for each number below [`Self::texts`].
    fn put_number(&self, mut number: u64, out: &mut Vec<u8>) {
        let mut next = |count: u64| {
            let digit = number % count;
            number /= count;
            digit
        };
        for piece in &self.0 {
            match piece {
                Piece::Plain(text) => out.extend_from_slice(text.as_bytes()),
                Piece::Int { min, max } => put_digits(out, min + next(max - min + 1), 1),
                Piece::Digits(count) => (0..*count).for_each(|_| put_digits(out, next(10), 1)),
                Piece::Hex(count) => (0..*count).for_each(|_| put_hex(out, next(16), 1)),
                Piece::Lower(count) => (0..*count).for_each(|_| out.push(letter(b'a', next(26)))),
                Piece::Upper(count) => (0..*count).for_each(|_| out.push(letter(b'A', next(26)))),
                Piece::Sequence { .. } | Piece::Uuid => {}
            }
        }
    }

    fn put_random(&self, draw: &mut Draw, out: &mut Vec<u8>) {
        for piece in &self.0 {
            match piece {
                Piece::Plain(text) => out.extend_from_slice(text.as_bytes()),
                Piece::Sequence { width } => put_digits(out, draw.event, *width),
                Piece::Int { min, max } => put_digits(out, min + draw.rng.below(max - min + 1), 1),
                Piece::Digits(count) => (0..*count).for_each(|_| put_digits(out, draw.rng.below(10), 1)),
                Piece::Hex(count) => (0..*count).for_each(|_| put_hex(out, draw.rng.bits(), 1)),
                Piece::Lower(count) => (0..*count).for_each(|_| out.push(draw.letter(b'a'))),
                Piece::Upper(count) => (0..*count).for_each(|_| out.push(draw.letter(b'A'))),
                Piece::Uuid => put_uuid(out, &draw.uuid()),
            }
        }
    }
}

impl Piece {
    fn texts(&self) -> Option<u64> {
        Some(match self {
            Self::Plain(_) => 1,
            Self::Int { min, max } => max - min + 1,
            Self::Digits(count) => 10_u64.checked_pow(*count)?,
            Self::Hex(count) => 16_u64.checked_pow(*count)?,
            Self::Lower(count) | Self::Upper(count) => 26_u64.checked_pow(*count)?,
            Self::Sequence { .. } | Self::Uuid => return None,
        })
    }
}

#[expect(clippy::cast_possible_truncation, reason = "below 26")]
const fn letter(first: u8, number: u64) -> u8 {
    first + number as u8
}

fn piece(inside: &str) -> Option<Piece> {
    let (word, argument) = inside.split_once(':').map_or((inside, None), |(word, argument)| (word, Some(argument)));
    let count = || argument.map_or(Some(1), |text| text.parse().ok()).filter(|count| (1..=COUNT_MAX).contains(count));
    Some(match word {
        "seq" => Piece::Sequence { width: argument.map_or(Some(1), |text| text.parse().ok()).filter(|w| *w <= 20)? },
        "int" => {
            let (min, max) = argument?.split_once('-')?;
            let (min, max) = (min.parse().ok()?, max.parse().ok()?);
            if min > max || max == u64::MAX {
                return None;
            }
            Piece::Int { min, max }
        }
        "digits" => Piece::Digits(count()?),
        "hex" => Piece::Hex(count()?),
        "lower" => Piece::Lower(count()?),
        "upper" => Piece::Upper(count()?),
        "uuid" if argument.is_none() => Piece::Uuid,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(pattern: &str) -> String {
        let mut out = Vec::new();
        Pattern::parse(pattern).unwrap().put(&mut Draw::new(1, 42, 0), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_sequence_is_padded_and_braces_can_be_written() {
        assert_eq!(text("ORD-{seq:08}"), "ORD-00000042");
        assert_eq!(text("{{{seq}}}"), "{42}");
        assert_eq!(text("{uuid}").len(), 36);
        assert!(text("{upper:2}{digits:3}").chars().take(2).all(|letter| letter.is_ascii_uppercase()));
    }

    #[test]
    fn an_unknown_piece_is_named() {
        for wrong in ["{sek}", "{seq:x}", "{int:9-1}", "{hex:0}", "a}b", "{"] {
            assert!(Pattern::parse(wrong).is_err(), "{wrong}");
        }
        assert!(Pattern::parse("{sek}").unwrap_err().0.contains("{sek}"));
    }
}
