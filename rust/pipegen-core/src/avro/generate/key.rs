//! The Kafka key of a record: one top-level field's value as UTF-8 text, read back from the value's bytes.

use std::io::Write as _;
use std::ops::Range;

use crate::avro::schema::binary::take_long;
use crate::avro::schema::digits::{put_digits, put_hex, put_text, put_uuid};
use crate::avro::schema::error::{SchemaError, meant};
use crate::avro::schema::types::{Kind, Logical, Schema, TypeId};

/// Which field the key is made from, and how.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    /// The field's index in the root record.
    pub(crate) index: usize,
    form: Form,
}

/// How a value's bytes become text.
#[derive(Clone, Debug)]
enum Form {
    /// No key.
    Null,
    Boolean,
    Whole,
    Float,
    Double,
    Text,
    /// Hexadecimal digits.
    Bytes,
    /// Hexadecimal digits.
    Fixed,
    Uuid,
    Decimal {
        scale: u32,
        sized: bool,
    },
    Symbol(Box<[String]>),
    Union(Box<[Form]>),
}

impl Key {
    /// The key made from a field of the root record.
    pub(crate) fn find(schema: &Schema, field: &str) -> Result<Self, SchemaError> {
        let Kind::Record { fields, .. } = &schema.types[schema.root].kind else {
            let problem = "a key field is named, but the schema is no record";
            return Err(SchemaError::new("$", problem, "use a record, or no key field"));
        };
        let Some(index) = fields.iter().position(|each| each.name == field) else {
            let known = fields.iter().map(|each| each.name.as_str());
            let problem = format!("the key field \"{field}\" is no field of the record");
            return Err(SchemaError::new("$.fields", problem, meant(field, known)));
        };
        Ok(Self { index, form: form(schema, fields[index].type_id)? })
    }

    /// Appends the key's text; false when the value is null, which is no key.
    pub(crate) fn put(&self, field: Range<usize>, out: &mut Vec<u8>) -> bool {
        put(&self.form, field, out)
    }
}

fn form(schema: &Schema, type_id: TypeId) -> Result<Form, SchemaError> {
    let each = &schema.types[type_id];
    Ok(match (&each.kind, each.logical) {
        (Kind::Null, _) => Form::Null,
        (Kind::Boolean, _) => Form::Boolean,
        (Kind::Int | Kind::Long, _) => Form::Whole,
        (Kind::Float, _) => Form::Float,
        (Kind::Double, _) => Form::Double,
        (Kind::String, _) => Form::Text,
        (Kind::Bytes, Some(Logical::Decimal { scale, .. })) => Form::Decimal { scale, sized: true },
        (Kind::Fixed { .. }, Some(Logical::Decimal { scale, .. })) => Form::Decimal { scale, sized: false },
        (Kind::Bytes, _) => Form::Bytes,
        (Kind::Fixed { .. }, Some(Logical::Uuid)) => Form::Uuid,
        (Kind::Fixed { .. }, _) => Form::Fixed,
        (Kind::Enum { symbols, .. }, _) => Form::Symbol(symbols.as_slice().into()),
        (Kind::Union(branches), _) => {
            Form::Union(branches.iter().map(|branch| form(schema, *branch)).collect::<Result<_, _>>()?)
        }
        (Kind::Record { .. } | Kind::Array(_) | Kind::Map(_), _) => {
            let problem = format!("the key field is of type {}, which is no text", each.kind.word());
            return Err(SchemaError::new(&each.path, problem, "choose a field of a simple type"));
        }
    })
}

fn put(form: &Form, field: Range<usize>, out: &mut Vec<u8>) -> bool {
    let (number, length) = take_long(&out[field.clone()]).unwrap_or((0, 0));
    let rest = field.start + length..field.end;
    match form {
        Form::Null => return false,
        Form::Boolean => {
            let word = if out[field.start] == 0 { "false" } else { "true" };
            out.extend_from_slice(word.as_bytes());
        }
        Form::Whole => put_text(out, number, 0),
        Form::Float => {
            let bytes = out[field].try_into().unwrap_or_default();
            put_display(out, f32::from_le_bytes(bytes));
        }
        Form::Double => {
            let bytes = out[field].try_into().unwrap_or_default();
            put_display(out, f64::from_le_bytes(bytes));
        }
        Form::Text => out.extend_from_within(rest),
        Form::Bytes => put_hex_of(rest, out),
        Form::Fixed => put_hex_of(field, out),
        Form::Uuid => {
            let bytes: [u8; 16] = out[field].try_into().unwrap_or_default();
            put_uuid(out, &bytes);
        }
        Form::Decimal { scale, sized } => put_decimal_text(if *sized { rest } else { field }, *scale, out),
        Form::Symbol(symbols) => {
            let symbol = usize::try_from(number).ok().and_then(|index| symbols.get(index));
            out.extend_from_slice(symbol.map_or(&[][..], |symbol| symbol.as_bytes()));
        }
        Form::Union(forms) => {
            let form = usize::try_from(number).ok().and_then(|index| forms.get(index));
            return form.is_some_and(|form| put(form, rest, out));
        }
    }
    true
}

fn put_display(out: &mut Vec<u8>, value: impl std::fmt::Display) {
    // Writing to memory does not fail.
    let _ = write!(out, "{value}");
}

fn put_hex_of(range: Range<usize>, out: &mut Vec<u8>) {
    for index in range {
        let byte = out[index];
        put_hex(out, u64::from(byte), 2);
    }
}

/// Generated decimals fit into 64 bits; their higher bytes repeat the sign.
pub(super) fn put_decimal_text(range: Range<usize>, scale: u32, out: &mut Vec<u8>) {
    let bytes = &out[range];
    let sign = if bytes.first().is_some_and(|byte| byte & 0x80 != 0) { -1 } else { 0 };
    let value = bytes.iter().fold(sign, |sum: i64, byte| (sum << 8) | i64::from(*byte));
    if scale <= 18 {
        put_text(out, value, scale);
    } else {
        if value < 0 {
            out.push(b'-');
        }
        put_digits(out, value.unsigned_abs(), 1);
        put_display(out, format_args!("e-{scale}"));
    }
}
