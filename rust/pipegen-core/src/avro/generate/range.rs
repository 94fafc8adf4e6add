//! A number's law from its hints, its kind and the range of its type.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "numbers are checked or clamped to the range when they are scaled"
)]

use std::sync::Arc;

use serde_json::Value;

use super::hint::Hint;
use super::kinds::{NumberKind, Shape};
use super::number::{Law, Number};
use super::shared::Shared;
use crate::avro::schema::digits::power_of_ten;
use crate::avro::schema::error::SchemaError;
use crate::rng::{Weighted, Zipf};

/// Without any hint, numbers lie between 0 and this.
const DEFAULT_MAX: i64 = 1_000;
const POOL_MAX: u64 = 1 << 40;
const EXPONENT_MAX: f64 = 20.0;

/// What a type can hold, scaled by its decimals.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Range {
    pub(crate) min: i64,
    pub(crate) max: i64,
    pub(crate) decimals: u32,
    /// How many values an identifier's pool has when no hint says.
    pub(crate) pool: Option<i64>,
}

/// The borders that a hint gives.
type Bounds = (Option<i64>, Option<i64>);

impl Range {
    pub(crate) const fn whole(min: i64, max: i64) -> Self {
        Self { min, max, decimals: 0, pool: None }
    }

    const fn factor(&self) -> i64 {
        power_of_ten(self.decimals)
    }

    /// A kind's parameter, cut to the range.
    fn cut(&self, value: f64) -> i64 {
        (libm::round(value * self.factor() as f64) as i64).clamp(self.min, self.max)
    }

    /// A JSON number, exact where it is whole; `None` when it is none or the type cannot hold it.
    fn scaled(&self, value: &Value) -> Option<i64> {
        let value = match value {
            Value::String(text) => &serde_json::from_str(text).ok()?,
            other => other,
        };
        let scaled = if let Some(whole) = value.as_i64() {
            whole.checked_mul(self.factor())?
        } else {
            let exact = value.as_f64()? * self.factor() as f64;
            let rounded = libm::round(exact);
            let sound = rounded.abs() < 9.2e18 && (exact - rounded).abs() <= 1e-6 * exact.abs().max(1.0);
            sound.then_some(rounded as i64)?
        };
        (self.min..=self.max).contains(&scaled).then_some(scaled)
    }

    fn border(&self, key: &'static str, hint: &Hint) -> Result<Option<i64>, SchemaError> {
        let Some(value) = hint.value(key) else { return Ok(None) };
        self.scaled(value).map(Some).ok_or_else(|| {
            hint.wrong(
                format!("\"{key}\" is {value}, which the field cannot hold"),
                "write a number within the type's range and decimals",
            )
        })
    }
}

/// The numbers of `one_of`.
pub(crate) fn choice(pairs: Vec<(Value, f64)>, range: &Range, hint: &Hint) -> Result<Number, SchemaError> {
    let mut numbers = Vec::with_capacity(pairs.len());
    for (value, weight) in pairs {
        let scaled = range.scaled(&value).ok_or_else(|| {
            hint.wrong(
                format!("\"one_of\" holds {value}, which the field cannot hold"),
                "write numbers within the type's range and decimals",
            )
        })?;
        numbers.push((scaled, weight));
    }
    match Weighted::new(numbers) {
        Some(choice) => Ok(Number { law: Law::Choice(choice), min: range.min, max: range.max }),
        None => Err(hint.wrong("\"one_of\" gives nothing to choose from", "list at least one number")),
    }
}

/// The number that hints and kind describe.
pub(crate) fn ranged(range: &Range, kind: Option<&NumberKind>, hint: &Hint) -> Result<Number, SchemaError> {
    let factor = range.factor();
    let mut bounds: Bounds = (range.border("min", hint)?, range.border("max", hint)?);
    if let Some(pool) = hint.count("pool", POOL_MAX)? {
        let last = bounds.0.unwrap_or(factor).checked_add((pool.max(1).cast_signed() - 1).saturating_mul(factor));
        let Some(last) = last.filter(|last| *last <= range.max) else {
            return Err(hint.wrong(format!("the field cannot hold a \"pool\" of {pool}"), "write a smaller number"));
        };
        bounds = (bounds.0.or(Some(factor.min(range.max))), Some(last));
    }
    if let (Some(min), Some(max)) = bounds
        && min > max
    {
        return Err(hint.wrong("\"min\" is greater than \"max\"", "exchange them"));
    }
    let (low, high) = (bounds.0.unwrap_or(range.min), bounds.1.unwrap_or(range.max));
    if let Some([start, step]) = hint.parameters("sequence", [("start", Some(1.0)), ("step", Some(1.0))])? {
        let is_held = (range.cut(start) as f64 - start * factor as f64).abs() < 1.0;
        let (start, step) = (range.cut(start), libm::round(step * factor as f64) as i64);
        let low = bounds.0.unwrap_or(if step > 0 { start } else { range.min });
        if !is_held || start < low || start > high {
            return Err(hint.wrong("the sequence starts outside its range", "change \"start\", \"min\" or \"max\""));
        }
        return Ok(Number { law: Law::Sequence { start, step }, min: low, max: high });
    }
    if let Some(shared) = Shared::read(hint)? {
        return key(Arc::new(shared), range, hint);
    }
    if let Some([mean, deviation]) = hint.parameters("normal", [("mean", None), ("deviation", None)])? {
        if deviation < 0.0 {
            return Err(hint.wrong("the \"deviation\" is negative", "write a number of 0 or more"));
        }
        let law = Law::Normal { mean: mean * factor as f64, deviation: deviation * factor as f64 };
        return Ok(Number { law, min: low, max: high });
    }
    if let Some([median, sigma]) = hint.parameters("lognormal", [("median", None), ("sigma", None)])? {
        if median <= 0.0 || sigma < 0.0 {
            return Err(hint.wrong(
                "\"lognormal\" has a median of 0 or less, or a negative sigma",
                "write a median above 0 and a sigma of 0 or more",
            ));
        }
        let law = Law::LogNormal { log_median: libm::log(median * factor as f64), sigma };
        return Ok(Number { law, min: low, max: high });
    }
    if let Some(values) = quantiles(range, hint)? {
        return Ok(Number { law: Law::Quantiles(values), min: low, max: high });
    }
    if let Some(exponent) = hint.number("zipf")? {
        if exponent <= 0.0 || exponent > EXPONENT_MAX {
            return Err(hint.wrong(format!("the \"zipf\" exponent is {exponent}"), "write a number such as 1.1"));
        }
        let (min, max) = match (bounds, range.pool) {
            ((min, Some(max)), _) => (min.unwrap_or(factor.min(max)), max),
            ((None, None), Some(pool)) => (factor, pool.saturating_mul(factor).min(range.max)),
            _ => return Err(hint.wrong("\"zipf\" does not know how many values there are", "add \"pool\" or \"max\"")),
        };
        let count = max.wrapping_sub(min) as u64 / factor as u64 + 1;
        return Ok(Number { law: Law::Zipf { zipf: Zipf::new(count, exponent), step: factor }, min, max });
    }
    if let Some(kind) = kind {
        return Ok(shaped(kind, range, bounds));
    }
    let most = DEFAULT_MAX.saturating_mul(factor).min(range.max);
    Ok(match bounds {
        (Some(min), Some(max)) => Number::uniform(min, max),
        (Some(min), None) => {
            Number::uniform(min, if min < most { most } else { min.saturating_add(most).min(range.max) })
        }
        (None, Some(max)) => {
            Number::uniform(if max > 0 { 0.max(range.min) } else { max.saturating_sub(most).max(range.min) }, max)
        }
        (None, None) => Number::uniform(0, most),
    })
}

/// The numbers of keys that several inputs share.
fn key(shared: Arc<Shared>, range: &Range, hint: &Hint) -> Result<Number, SchemaError> {
    let factor = range.factor();
    if let Some(trace) = &shared.trace {
        let highest = i64::try_from(trace.size() - 1).unwrap_or(i64::MAX);
        if trace.kind().is_text() || range.decimals > 0 || highest > range.max {
            return Err(hint.wrong("the field cannot hold the values of the \"trace\"", "leave it out"));
        }
        return Ok(Number { law: Law::Shared { shared, step: 1 }, min: 0, max: highest });
    }
    let last = shared.pool.map_or(Some(shared.first), |pool| shared.first.checked_add_unsigned(pool - 1));
    let ends = (shared.first.checked_mul(factor), last.and_then(|last| last.checked_mul(factor)));
    match ends {
        (Some(min), Some(last)) if min >= range.min && last <= range.max => {
            Ok(Number { law: Law::Shared { shared, step: factor }, min, max: range.max })
        }
        _ => Err(hint.wrong("the field cannot hold so many keys", "write a smaller \"pool\" or \"first\"")),
    }
}

/// Values at even shares, each of which the field can hold.
fn quantiles(range: &Range, hint: &Hint) -> Result<Option<Box<[i64]>>, SchemaError> {
    let Some(value) = hint.value("quantiles") else { return Ok(None) };
    let scaled: Option<Vec<i64>> =
        value.as_array().and_then(|list| list.iter().map(|each| range.scaled(each)).collect());
    match scaled {
        Some(values) if values.len() > 1 && values.is_sorted() => Ok(Some(values.into())),
        _ => Err(hint.wrong(
            "\"quantiles\" is not a list of two or more ascending numbers that the field can hold",
            "write the least, some between and the greatest, such as [0, 10, 100]",
        )),
    }
}

/// The number of a kind within the range and the borders of a hint.
pub(crate) fn shaped(kind: &NumberKind, range: &Range, bounds: Bounds) -> Number {
    let (Shape::Uniform { min, max } | Shape::Normal { min, max, .. } | Shape::LogNormal { min, max, .. }) = kind.shape;
    let (mut min, mut max) = (bounds.0.unwrap_or_else(|| range.cut(min)), bounds.1.unwrap_or_else(|| range.cut(max)));
    if min > max {
        // One border of the hint lies beyond the kind's other one.
        (min, max) = (bounds.0.unwrap_or(range.min), bounds.1.unwrap_or(range.max));
    }
    let factor = range.factor() as f64;
    let law = match kind.shape {
        Shape::Uniform { .. } => Law::Uniform,
        Shape::Normal { mean, deviation, .. } => Law::Normal { mean: mean * factor, deviation: deviation * factor },
        Shape::LogNormal { median, sigma, .. } => {
            // A narrow type would cut most values to its border: then centre the law within it.
            let wanted = median * factor;
            let (low, high) = (min as f64, max as f64);
            let scaled = if wanted < low || wanted * 2.0 > high { (low + high) / 4.0 } else { wanted };
            Law::LogNormal { log_median: libm::log(scaled.max(1.0)), sigma }
        }
    };
    Number { law, min, max }
}
