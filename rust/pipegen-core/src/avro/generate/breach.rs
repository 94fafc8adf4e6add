//! Values that break their hint: what `rule_violations` puts in place of a field's values. They still keep to the type.

use super::hint::Hint;
use super::number::Number;
use super::step::Step;
use super::text::Text;
use crate::avro::schema::digits::power_of_ten;
use crate::avro::schema::types::{Kind, Logical, Type};

/// Whole numbers up to here are exact in a double.
const DOUBLE_MAX: i64 = 1 << 53;
const FLOAT_MAX: i64 = 1 << 24;
/// What a text with a list of values is when it is none of them.
pub(crate) static NOT_IN_LIST: [&str; 1] = ["PIPEGEN-RULE-VIOLATION"];

/// A step whose values lie outside what the hint allows; `None` where the hint draws no line that the type can cross.
pub(super) fn of(each: &Type, hint: &Hint, step: &Step) -> Option<Step> {
    let limits = match (&each.kind, each.logical) {
        (_, Some(Logical::Decimal { precision, .. })) => {
            let most = power_of_ten(precision) - 1;
            (-most, most)
        }
        (Kind::Int, _) => (i64::from(i32::MIN), i64::from(i32::MAX)),
        (Kind::Long, _) => (i64::MIN, i64::MAX),
        (Kind::Double | Kind::String, _) => (-DOUBLE_MAX, DOUBLE_MAX),
        (Kind::Float, _) => (-FLOAT_MAX, FLOAT_MAX),
        _ => return None,
    };
    let outside = |number: &Number| outside(number, hint, limits);
    Some(match step {
        Step::Whole(number) => Step::Whole(outside(number)?),
        Step::Double { number, scale } => Step::Double { number: outside(number)?, scale: *scale },
        Step::Float { number, scale } => Step::Float { number: outside(number)?, scale: *scale },
        Step::DecimalBytes(number) => Step::DecimalBytes(outside(number)?),
        Step::DecimalFixed { number, size } => Step::DecimalFixed { number: outside(number)?, size: *size },
        Step::Text(Text::Choice(_)) => Step::Text(Text::Words(&NOT_IN_LIST)),
        Step::Text(Text::Number { number, decimals }) => {
            Step::Text(Text::Number { number: outside(number)?, decimals: *decimals })
        }
        _ => return None,
    })
}

/// Numbers beyond the border that the hint draws, above it where the type has room there.
fn outside(number: &Number, hint: &Hint, (lowest, highest): (i64, i64)) -> Option<Number> {
    let span = number.max.saturating_sub(number.min);
    if hint.has("max") && number.max < highest {
        let first = number.max + 1;
        return Some(Number::uniform(first, first.saturating_add(span).min(highest)));
    }
    if hint.has("min") && number.min > lowest {
        let last = number.min - 1;
        return Some(Number::uniform(last.saturating_sub(span).max(lowest), last));
    }
    None
}
