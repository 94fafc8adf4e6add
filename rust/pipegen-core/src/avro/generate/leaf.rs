//! Where the values of one primitive, enum or fixed field come from: hint first, then name, then type.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "numbers are checked against their range before they are scaled"
)]

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use super::field_names::{self, Identity};
use super::hint::Hint;
use super::kinds::{NUMBER_KINDS, NumberKind, TEXT_KINDS};
use super::moment::TimeFormat;
use super::number::{Law, Number};
use super::pattern::Pattern;
use super::range::{Range, choice, ranged, shaped};
use super::shared::Shared;
use super::site::Site;
use super::states::Machine;
use super::step::Step;
use super::text::Text;
use crate::avro::schema::calendar::DAY_NS;
use crate::avro::schema::digits::power_of_ten;
use crate::avro::schema::error::{SchemaError, meant};
use crate::avro::schema::types::{Kind, Logical, Type};
use crate::rng::{Share, Weighted};

const BYTES: (u64, u64) = (8, 16);
const LENGTH_MAX: u64 = 16 << 20;
const MS_NS: i64 = 1_000_000;
const LATENESS_MS_MAX: i64 = 366 * 86_400_000;
const DECIMALS_MAX: u64 = 15;
const DOUBLE_DECIMALS: u32 = 2;
const NUMBER_KEYS: [&str; 10] =
    ["min", "max", "normal", "lognormal", "quantiles", "zipf", "sequence", "decimals", "pool", "shared"];

/// The step for a type without parts.
pub(crate) fn compile(each: &Type, site: &Site<'_>, hint: &Hint) -> Result<Step, SchemaError> {
    Ok(match (&each.kind, each.logical.or(each.meant)) {
        // Types with parts never get here.
        (Kind::Null | Kind::Record { .. } | Kind::Array(_) | Kind::Map(_) | Kind::Union(_), _) => Step::Null,
        (Kind::Boolean, _) => {
            let share = hint.share("true_share")?.unwrap_or_else(|| field_names::true_share(site.field));
            Step::Boolean(Share::new(share))
        }
        (Kind::String, Some(Logical::Uuid)) if !hint.has("shared") => Step::Text(Text::Uuid),
        (Kind::String, _) => {
            let text = text(site, hint)?;
            Step::Text(match hint.count("length", LENGTH_MAX)?.and_then(|length| length.try_into().ok()) {
                Some(length) => Text::Cut { text: Box::new(text), length },
                None => text,
            })
        }
        (Kind::Int, logical) => {
            let (min, max) = int_range(hint)?;
            Step::Whole(whole(logical, site, hint, min, max)?)
        }
        (Kind::Long, logical) => Step::Whole(whole(logical, site, hint, i64::MIN, i64::MAX)?),
        (Kind::Float, _) => {
            if let Some(choice) = real_choice(hint)? {
                return Ok(Step::FloatChoice(choice.map(|value| value as f32)));
            }
            let (number, scale) = real(site, hint)?;
            Step::Float { number, scale }
        }
        (Kind::Double, _) => {
            if let Some(choice) = real_choice(hint)? {
                return Ok(Step::DoubleChoice(choice));
            }
            let (number, scale) = real(site, hint)?;
            Step::Double { number, scale }
        }
        (Kind::Enum { symbols, .. }, _) => Step::Whole(enumeration(symbols, site, hint)?),
        (Kind::Bytes, Some(Logical::Decimal { precision, scale })) => {
            Step::DecimalBytes(decimal(precision, scale, site, hint)?)
        }
        (Kind::Fixed { size, .. }, Some(Logical::Decimal { precision, scale })) => {
            Step::DecimalFixed { number: decimal(precision, scale, site, hint)?, size: *size }
        }
        (Kind::Bytes, _) => {
            let (min, max) = hint.range(("min_length", "max_length"), BYTES, LENGTH_MAX)?;
            Step::Bytes { min, max }
        }
        (Kind::Fixed { .. }, Some(Logical::Uuid)) => Step::UuidFixed,
        (Kind::Fixed { .. }, Some(Logical::Duration)) => Step::Duration,
        (Kind::Fixed { size, .. }, _) => Step::Fixed(*size),
    })
}

fn text(site: &Site<'_>, hint: &Hint) -> Result<Text, SchemaError> {
    if let Some(machine) = site.machine {
        return Ok(match Machine::read(hint)? {
            Some(_) => Text::State(Arc::clone(machine)),
            None => entity(&led_prefix(site), Number::entity(machine, i64::MAX)),
        });
    }
    if let Some(shared) = Shared::read(hint)? {
        if let Some(trace) = &shared.trace {
            if !trace.kind().is_text() {
                return Err(hint.wrong("the \"trace\" makes no texts", "write uuid or text"));
            }
            return Ok(Text::Traced(Arc::new(shared)));
        }
        let (prefix, width) = (shared.prefix.clone(), shared.width);
        let min = shared.first;
        let law = Law::Shared { shared: Arc::new(shared), step: 1 };
        return Ok(Text::Entity { prefix, number: Number { law, min, max: i64::MAX }, width });
    }
    if hint.has("lateness_ms") || hint.has("time_format") {
        let time = late(hint, 1)?;
        return match hint.text("time_format")? {
            None => Ok(Text::Moment { time, format: instant(hint)? }),
            Some(pattern) => match TimeFormat::parse(pattern) {
                Some(format) => Ok(Text::Moment { time, format }),
                None => Err(hint.wrong(format!("\"time_format\" is \"{pattern}\""), "write yyyy-MM-dd HH:mm:ss.SSS")),
            },
        };
    }
    if let Some(pairs) = hint.one_of()? {
        let texts: Option<Vec<(Box<str>, f64)>> =
            pairs.into_iter().map(|(value, weight)| Some((value.as_str()?.into(), weight))).collect();
        let choice = texts.and_then(Weighted::new);
        return choice
            .map(Text::Choice)
            .ok_or_else(|| hint.wrong("\"one_of\" holds a value that is not a text", "write texts in quotes"));
    }
    if let Some(pattern) = hint.text("pattern")? {
        return Pattern::parse(pattern).map(Text::Pattern).map_err(|(problem, remedy)| hint.wrong(problem, remedy));
    }
    if hint.has("min_length") || hint.has("max_length") {
        let (min, max) = hint.range(("min_length", "max_length"), (1, 16), LENGTH_MAX)?;
        return Ok(Text::Letters { min, max });
    }
    if let Some(name) = hint.text("kind")? {
        if let Some(kind) = TEXT_KINDS.iter().find(|kind| kind.name == name) {
            return Ok(kind.text.clone());
        }
        return number_text(Some(number_kind(name, hint, true)?), site, hint);
    }
    let identity = field_names::identity(site.field, site.record);
    if hint.has("pool") || (hint.has("zipf") && matches!(identity, Some(Identity::Pool { .. }))) {
        let (prefix, pool) = match &identity {
            Some(Identity::Pool { prefix, size }) => (prefix.as_str(), Some(*size)),
            Some(Identity::Serial { prefix }) => (prefix.as_str(), None),
            _ => (site.field, None),
        };
        let range = Range { pool, ..Range::whole(1, i64::MAX) };
        return Ok(entity(prefix, ranged(&range, None, hint)?));
    }
    if NUMBER_KEYS.iter().any(|key| hint.has(key)) {
        return number_text(None, site, hint);
    }
    match identity {
        Some(Identity::Unique) => return Ok(Text::Uuid),
        Some(Identity::Serial { prefix }) => {
            let law = Law::Sequence { start: 1, step: 1 };
            return Ok(entity(&prefix, Number { law, min: 1, max: 9_999_999_999 }));
        }
        Some(Identity::Pool { prefix, size }) => return Ok(entity(&prefix, Number::uniform(1, size))),
        None => {}
    }
    Ok(match field_names::text_kind(site.field) {
        Some(kind) => kind.text.clone(),
        None if field_names::ends(site.field, &["date", "day", "birthday", "dob"]) => Text::Date,
        None if site.field == "time" => Text::TimeOfDay,
        None if field_names::is_time(site.field) => Text::Instant,
        None => match field_names::number_kind(site.field) {
            Some(kind) => number_text(Some(kind), site, hint)?,
            None => Text::Label,
        },
    })
}

/// What stands before the number of an entity that a state machine leads.
fn led_prefix(site: &Site<'_>) -> String {
    match field_names::identity(site.field, site.record) {
        Some(Identity::Serial { prefix } | Identity::Pool { prefix, .. }) => prefix,
        _ => site.record.to_owned(),
    }
}

fn entity(prefix: &str, number: Number) -> Text {
    let width = number.max.to_string().len().min(8);
    Text::Entity { prefix: format!("{}-", prefix.replace('_', "-")).into(), number, width }
}

fn number_text(kind: Option<&'static NumberKind>, site: &Site<'_>, hint: &Hint) -> Result<Text, SchemaError> {
    let kind = kind.or_else(|| field_names::number_kind(site.field));
    let default = kind.map_or(0, |kind| kind.decimals);
    let decimals = decimals(hint, default)?;
    let range = Range { decimals, ..Range::whole(i64::MIN, i64::MAX) };
    Ok(Text::Number { number: ranged(&range, kind, hint)?, decimals })
}

fn whole(logical: Option<Logical>, site: &Site<'_>, hint: &Hint, min: i64, max: i64) -> Result<Number, SchemaError> {
    let range = Range::whole(min, max);
    if let (Some(machine), false) = (site.machine, hint.has("states")) {
        return Ok(Number::entity(machine, max));
    }
    if hint.has("lateness_ms") || hint.has("unit") {
        let unit_ns = match (hint.text("unit")?, logical) {
            (Some(name), None) => unit_of(name, hint)?,
            (Some(_), Some(_)) => return Err(hint.wrong("the type says the unit already", "leave \"unit\" out")),
            (None, Some(Logical::Date)) => DAY_NS,
            (None, Some(Logical::TimeOfDay(unit))) => {
                let mut time = late(hint, unit.nanoseconds())?;
                if let Law::Due { time_of_day, .. } = &mut time.law {
                    *time_of_day = true;
                }
                return Ok(time);
            }
            (None, Some(Logical::Timestamp(unit) | Logical::LocalTimestamp(unit))) => unit.nanoseconds(),
            _ => field_names::time_unit_ns(site.field, max > 1 << 32).unwrap_or(if max > 1 << 32 {
                1_000_000
            } else {
                1_000_000_000
            }),
        };
        let time = late(hint, unit_ns)?;
        return Ok(Number { min, max, ..time });
    }
    if let Some(pairs) = hint.one_of()? {
        return choice(pairs, &range, hint);
    }
    if let Some(name) = hint.text("kind")? {
        return ranged(&range, Some(number_kind(name, hint, false)?), hint);
    }
    let identity = field_names::identity(site.field, site.record);
    if NUMBER_KEYS.iter().any(|key| hint.has(key)) {
        let pool = if let Some(Identity::Pool { size, .. }) = identity { Some(size) } else { None };
        return ranged(&Range { pool, ..range }, field_names::number_kind(site.field), hint);
    }
    let mut number = match logical {
        Some(Logical::Date) => time_like(site.field, DAY_NS),
        Some(Logical::Timestamp(unit) | Logical::LocalTimestamp(unit)) => time_like(site.field, unit.nanoseconds()),
        Some(Logical::TimeOfDay(unit)) => Number::due_time_of_day(unit.nanoseconds()),
        _ => match (identity, field_names::time_unit_ns(site.field, max > 1 << 32)) {
            (Some(Identity::Pool { size, .. }), _) => Number::uniform(1, size),
            (Some(_), _) => Number { law: Law::Sequence { start: 1, step: 1 }, min: 1, max },
            (None, Some(unit_ns)) => time_like(site.field, unit_ns),
            (None, None)
                if field_names::ends(site.field, &["sequence", "seq", "sequence_number", "offset", "index"]) =>
            {
                Number { law: Law::Sequence { start: 0, step: 1 }, min: 0, max }
            }
            (None, None) if field_names::ends(site.field, &["http_status", "status_code", "response_code"]) => {
                let codes = vec![(200, 90.0), (201, 4.0), (404, 3.0), (400, 2.0), (500, 1.0)];
                Weighted::new(codes).map_or(Number::uniform(200, 200), |codes| Number {
                    law: Law::Choice(codes),
                    min,
                    max,
                })
            }
            (None, None) => match field_names::number_kind(site.field) {
                Some(kind) => shaped(kind, &range, (None, None)),
                None => Number::uniform(0, if max > 1 << 32 { 999_999 } else { 999 }),
            },
        },
    };
    // What the due time gives must fit the type too: an int of seconds, say.
    number.min = number.min.max(min);
    number.max = number.max.min(max);
    Ok(number)
}

/// The range of an int whose column is narrower.
fn int_range(hint: &Hint) -> Result<(i64, i64), SchemaError> {
    match hint.count("bits", 32)? {
        None | Some(32) => Ok((i64::from(i32::MIN), i64::from(i32::MAX))),
        Some(16) => Ok((i64::from(i16::MIN), i64::from(i16::MAX))),
        Some(8) => Ok((i64::from(i8::MIN), i64::from(i8::MAX))),
        Some(other) => Err(hint.wrong(format!("\"bits\" is {other}"), "write 8, 16 or 32")),
    }
}

fn unit_of(name: &str, hint: &Hint) -> Result<i64, SchemaError> {
    Ok(match name {
        "s" => 1_000_000_000,
        "ms" => 1_000_000,
        "us" => 1_000,
        "ns" => 1,
        _ => return Err(hint.wrong(format!("\"unit\" is \"{name}\""), "write s, ms, us or ns")),
    })
}

/// The due time less the lateness of the hint.
fn late(hint: &Hint, unit_ns: i64) -> Result<Number, SchemaError> {
    let wrong = |value: &Value| {
        let remedy = "write milliseconds, or [least, most] of them";
        hint.wrong(format!("\"lateness_ms\" is {value}"), remedy)
    };
    let number = |value: &Value| value.as_i64().filter(|ms| (0..=LATENESS_MS_MAX).contains(ms));
    let (least, most) = match hint.value("lateness_ms") {
        None => (0, 0),
        Some(Value::Array(ends)) if ends.len() == 2 => match (number(&ends[0]), number(&ends[1])) {
            (Some(least), Some(most)) if least <= most => (least, most),
            _ => return Err(wrong(&Value::Array(ends.clone()))),
        },
        Some(value) => number(value).map(|ms| (ms, ms)).ok_or_else(|| wrong(value))?,
    };
    Ok(Number::around_due(unit_ns, -most * MS_NS, ((most - least) * MS_NS).unsigned_abs()))
}

/// `2026-11-05T09:30:00.123Z`
fn instant(hint: &Hint) -> Result<TimeFormat, SchemaError> {
    TimeFormat::parse("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").ok_or_else(|| hint.wrong("no time", "leave it out"))
}

/// A point in time around the due time, in units of `unit_ns`, as its name suggests.
fn time_like(field: &str, unit_ns: i64) -> Number {
    let days = |days: i64| days * DAY_NS;
    if field_names::ends(field, &["birth_date", "birthday", "date_of_birth", "dob", "birthdate", "born"]) {
        Number::around_due(unit_ns, days(-29_200), days(22_600).unsigned_abs())
    } else if field_names::ends(
        field,
        &["expires_at", "expiry", "expiration", "expiry_date", "valid_until", "due_date"],
    ) {
        Number::around_due(unit_ns, days(1), days(365).unsigned_abs())
    } else {
        Number::due(unit_ns)
    }
}

fn real(site: &Site<'_>, hint: &Hint) -> Result<(Number, f64), SchemaError> {
    let kind = match hint.text("kind")? {
        Some(name) => Some(number_kind(name, hint, false)?),
        None => field_names::number_kind(site.field),
    };
    let decimals = decimals(hint, kind.map_or(DOUBLE_DECIMALS, |kind| kind.decimals))?;
    let range = Range { decimals, ..Range::whole(i64::MIN, i64::MAX) };
    Ok((ranged(&range, kind, hint)?, power_of_ten(decimals) as f64))
}

fn real_choice(hint: &Hint) -> Result<Option<Weighted<f64>>, SchemaError> {
    let Some(pairs) = hint.one_of()? else { return Ok(None) };
    let number = |value: &Value| value.as_f64().or_else(|| value.as_str()?.parse().ok());
    let numbers: Option<Vec<(f64, f64)>> =
        pairs.into_iter().map(|(value, weight)| Some((number(&value)?, weight))).collect();
    match numbers.and_then(Weighted::new) {
        Some(choice) => Ok(Some(choice)),
        None => Err(hint.wrong("\"one_of\" holds a value that is not a number", "write numbers")),
    }
}

fn decimal(precision: u32, scale: u32, site: &Site<'_>, hint: &Hint) -> Result<Number, SchemaError> {
    let most = power_of_ten(precision) - 1;
    let range = Range { min: -most, max: most, decimals: scale.min(18), pool: None };
    if scale > 18 {
        // Such digits cannot be scaled in 64 bits: small unscaled values are as good as any.
        return Ok(Number::uniform(0, 999_999));
    }
    match hint.one_of()? {
        Some(pairs) => choice(pairs, &range, hint),
        None => ranged(&range, field_names::number_kind(site.field), hint),
    }
}

fn enumeration(symbols: &[String], site: &Site<'_>, hint: &Hint) -> Result<Number, SchemaError> {
    let max = i64::try_from(symbols.len()).unwrap_or(i64::MAX) - 1;
    let indices: HashMap<&str, i64> = symbols.iter().map(String::as_str).zip(0..).collect();
    let known = symbols.iter().map(String::as_str);
    if let (Some(machine), Some(_)) = (site.machine, Machine::read(hint)?) {
        let index_of = |name: &str| {
            let index = indices.get(name).copied();
            index.ok_or_else(|| hint.wrong(format!("\"{name}\" is no symbol of the enum"), meant(name, known.clone())))
        };
        let numbers = machine.names().map(index_of).collect::<Result<_, _>>()?;
        return Ok(Number { law: Law::State { machine: Arc::clone(machine), numbers }, min: 0, max });
    }
    let Some(pairs) = hint.one_of()? else { return Ok(Number::uniform(0, max)) };
    let mut weighted = Vec::with_capacity(pairs.len());
    for (value, weight) in pairs {
        let index = value.as_str().and_then(|symbol| indices.get(symbol)).copied().ok_or_else(|| {
            let word = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            hint.wrong(format!("{value} is no symbol of the enum"), meant(&word, known.clone()))
        })?;
        weighted.push((index, weight));
    }
    match Weighted::new(weighted) {
        Some(choice) => Ok(Number { law: Law::Choice(choice), min: 0, max }),
        None => Err(hint.wrong("\"one_of\" gives nothing to choose from", "list at least one symbol")),
    }
}

fn decimals(hint: &Hint, default: u32) -> Result<u32, SchemaError> {
    let given = hint.count("decimals", DECIMALS_MAX)?;
    Ok(given.and_then(|decimals| decimals.try_into().ok()).unwrap_or(default))
}

fn number_kind(name: &str, hint: &Hint, of_text: bool) -> Result<&'static NumberKind, SchemaError> {
    NUMBER_KINDS.iter().find(|kind| kind.name == name).ok_or_else(|| {
        let texts = TEXT_KINDS.iter().filter(|_| of_text).map(|kind| kind.name);
        let known: Vec<&str> = texts.chain(NUMBER_KINDS.iter().map(|kind| kind.name)).collect();
        hint.wrong(format!("the kind \"{name}\" is not known here"), meant(name, known))
    })
}
