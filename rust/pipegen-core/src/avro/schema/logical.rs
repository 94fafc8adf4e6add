//! Reads `logicalType` annotations. One that does not fit its type is ignored, as the specification demands.

use serde_json::{Map, Value};

use super::types::{Kind, Logical, Unit};

/// The logical type, or the reason to ignore it.
pub(super) fn read(annotation: &Value, object: &Map<String, Value>, kind: &Kind) -> Result<Logical, String> {
    let Some(word) = annotation.as_str() else {
        return Err(format!("logicalType {annotation} is not a name"));
    };
    let wants = |expected: &str, logical: Logical| {
        if expected.split('|').any(|each| each == kind.word()) {
            Ok(logical)
        } else {
            let expected = expected.replace('|', " or ");
            Err(format!("logicalType \"{word}\" needs {expected}, not {}", kind.word()))
        }
    };
    match word {
        "decimal" => wants("bytes|fixed", Logical::Date).and_then(|_| decimal(object, kind)),
        "uuid" => match kind {
            Kind::Fixed { size: 16, .. } | Kind::String => Ok(Logical::Uuid),
            _ => Err(format!("logicalType \"uuid\" needs string or fixed of size 16, not {}", kind.word())),
        },
        "duration" => match kind {
            Kind::Fixed { size: 12, .. } => Ok(Logical::Duration),
            _ => Err("logicalType \"duration\" needs fixed of size 12".to_owned()),
        },
        "date" => wants("int", Logical::Date),
        "time-millis" => wants("int", Logical::TimeOfDay(Unit::Millis)),
        "time-micros" => wants("long", Logical::TimeOfDay(Unit::Micros)),
        "timestamp-millis" => wants("long", Logical::Timestamp(Unit::Millis)),
        "timestamp-micros" => wants("long", Logical::Timestamp(Unit::Micros)),
        "timestamp-nanos" => wants("long", Logical::Timestamp(Unit::Nanos)),
        "local-timestamp-millis" => wants("long", Logical::LocalTimestamp(Unit::Millis)),
        "local-timestamp-micros" => wants("long", Logical::LocalTimestamp(Unit::Micros)),
        "local-timestamp-nanos" => wants("long", Logical::LocalTimestamp(Unit::Nanos)),
        _ => Err(format!("logicalType \"{word}\" is unknown")),
    }
}

fn decimal(object: &Map<String, Value>, kind: &Kind) -> Result<Logical, String> {
    let whole = |key: &str| object.get(key).map_or(Some(0), |value| value.as_u64()?.try_into().ok());
    let precision: u32 = whole("precision").filter(|precision| *precision > 0).ok_or_else(|| {
        format!(
            "the decimal's precision {} is not a positive whole number",
            object.get("precision").unwrap_or(&Value::Null)
        )
    })?;
    let scale: u32 = whole("scale").ok_or("the decimal's scale is not a whole number of 0 or more")?;
    if scale > precision {
        return Err(format!("the decimal's scale {scale} is greater than its precision {precision}"));
    }
    if let Kind::Fixed { size, .. } = kind
        && precision > digits_in(*size)
    {
        return Err(format!("the decimal's precision {precision} does not fit into {size} bytes"));
    }
    Ok(Logical::Decimal { precision, scale })
}

/// How many decimal digits always fit into `size` bytes of two's complement.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "the floor of a positive number of digits, far below 2^32"
)]
pub(super) fn digits_in(size: usize) -> u32 {
    if size == 0 { 0 } else { ((8.0 * size as f64 - 1.0) * std::f64::consts::LOG10_2).floor() as u32 }
}
