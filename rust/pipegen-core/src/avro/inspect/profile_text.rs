//! Types and ranges as text: points in time as dates, decimals with all their digits.

use crate::avro::schema::calendar::put_whole;
use crate::avro::schema::types::{Kind, Logical, Schema, TypeId};
use crate::sketch::Range;

/// A type in Avro's words: the logical type where there is one, unions joined by bars.
pub(super) fn type_word(schema: &Schema, type_id: TypeId) -> String {
    let each = &schema.types[type_id];
    match (&each.kind, each.logical) {
        (Kind::Union(branches), _) => {
            let words: Vec<String> = branches.iter().map(|branch| type_word(schema, *branch)).collect();
            words.join("|")
        }
        (kind, None) => kind.word().to_owned(),
        (_, Some(logical)) => logical.word(),
    }
}

/// The smallest and the greatest value.
#[expect(clippy::cast_possible_truncation, reason = "a float was widened before")]
pub(super) fn range_text(range: &Range, type_word: &str, logical: Option<Logical>) -> Option<(String, String)> {
    match range {
        Range::None => None,
        Range::Whole(min, max) if type_word == "boolean" => Some(((*min != 0).to_string(), (*max != 0).to_string())),
        Range::Real(min, max) if type_word == "float" => Some(((*min as f32).to_string(), (*max as f32).to_string())),
        Range::Whole(min, max) => Some((whole_text(*min, logical), whole_text(*max, logical))),
        Range::Real(min, max) => Some((min.to_string(), max.to_string())),
        Range::Text(min, max) => Some((min.to_string(), max.to_string())),
    }
}

fn whole_text(value: i128, logical: Option<Logical>) -> String {
    if let Some(Logical::Decimal { scale, .. }) = logical {
        return decimal_text(value, scale as usize);
    }
    let mut out = Vec::new();
    match i64::try_from(value) {
        // A date far outside the calendar is shown as its number.
        Ok(value) if put_whole(value, logical, b'T', &mut out).is_some() => {
            String::from_utf8_lossy(&out).trim_matches('"').to_owned()
        }
        _ => value.to_string(),
    }
}

fn decimal_text(value: i128, scale: usize) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    if scale == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}
