//! Checks a field's default against its type.

use serde_json::Value;

use super::error::SchemaError;
use super::types::{Kind, Type, TypeId};

/// Refuses a default that is no value of the type; for a union, any branch may match.
pub(super) fn check(types: &[Type], type_id: TypeId, default: &Value, path: &str) -> Result<(), SchemaError> {
    let wrong = |expected: &str| {
        Err(SchemaError::new(
            path,
            format!("the default {default} is not {expected}"),
            "change the default or the type",
        ))
    };
    match (&types[type_id].kind, default) {
        (Kind::Null, Value::Null)
        | (Kind::Boolean, Value::Bool(_))
        | (Kind::String, Value::String(_))
        | (Kind::Float | Kind::Double, Value::Number(_)) => Ok(()),
        (Kind::Int, Value::Number(number)) if number.as_i64().is_some_and(|number| i32::try_from(number).is_ok()) => {
            Ok(())
        }
        (Kind::Long, Value::Number(number)) if number.is_i64() => Ok(()),
        (Kind::Bytes, Value::String(text)) if is_latin(text) => Ok(()),
        (Kind::Fixed { size, .. }, Value::String(text)) if is_latin(text) && text.chars().count() == *size => Ok(()),
        (Kind::Enum { symbols, .. }, Value::String(text)) if symbols.contains(text) => Ok(()),
        (Kind::Array(items), Value::Array(list)) => list
            .iter()
            .enumerate()
            .try_for_each(|(index, item)| check(types, *items, item, &format!("{path}[{index}]"))),
        (Kind::Map(values), Value::Object(entries)) => {
            entries.iter().try_for_each(|(key, value)| check(types, *values, value, &format!("{path}.{key}")))
        }
        (Kind::Record { fields, name }, Value::Object(entries)) => {
            fields.iter().try_for_each(|field| match entries.get(&field.name) {
                Some(value) => check(types, field.type_id, value, &format!("{path}.{}", field.name)),
                None if field.has_default => Ok(()),
                None => Err(SchemaError::new(
                    path,
                    format!("the default of {name} lacks the field \"{}\"", field.name),
                    "add the field to the default, or give it a default of its own",
                )),
            })
        }
        (Kind::Union(branches), _) => {
            if branches.iter().any(|branch| check(types, *branch, default, path).is_ok()) {
                return Ok(());
            }
            let words: Vec<&str> = branches.iter().map(|branch| types[*branch].kind.word()).collect();
            wrong(&format!("one of the union's types ({})", words.join(", ")))
        }
        (Kind::Fixed { size, .. }, _) => wrong(&format!("a text of {size} characters up to U+00FF")),
        (Kind::Bytes, _) => wrong("a text of characters up to U+00FF"),
        (Kind::Enum { symbols, .. }, _) => wrong(&format!("one of the symbols ({})", symbols.join(", "))),
        (kind, _) => wrong(&format!("of type {}", kind.word())),
    }
}

fn is_latin(text: &str) -> bool {
    text.chars().all(|letter| u32::from(letter) <= 0xff)
}
