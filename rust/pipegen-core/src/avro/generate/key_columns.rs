//! A Kafka key made of columns of the record, in the format that a Flink table's `key.format` reads.
//!
//! Columns that are in the key alone stand behind those of the value in the generator's schema.

use std::ops::Range;

use serde_json::Value;

use super::format::ValueFormat;
use crate::avro::schema::binary::take_long;
use crate::avro::schema::error::{SchemaError, meant};
use crate::avro::schema::types::{Kind, Schema, TypeId};

const FORM: &str = "write {\"columns\": [[\"field\", \"name in the key\"]], \"format\": \"json\"}";
const KNOWN: [&str; 4] = ["columns", "format", "prefix", "bits"];

/// A compiled key.
#[derive(Clone, Debug)]
pub(crate) struct KeyColumns {
    /// Each with its index in the record and its name in the key.
    columns: Box<[(usize, String)]>,
    form: Form,
    /// Stands before the key, such as Confluent's framing.
    prefix: Box<[u8]>,
}

#[derive(Clone, Debug)]
enum Form {
    /// The columns' binaries one after another are the key's record.
    Avro,
    Json(ValueFormat),
    /// One column's value, big-endian, and a text or bytes as they are.
    Raw {
        bits: Option<u32>,
    },
}

impl KeyColumns {
    /// Reads the setting.
    pub(crate) fn read(schema: &Schema, object: &serde_json::Map<String, Value>) -> Result<Self, SchemaError> {
        let wrong = |problem: String, remedy: String| SchemaError::new("key", problem, remedy);
        if let Some(unknown) = object.keys().find(|key| !KNOWN.contains(&key.as_str())) {
            return Err(wrong(format!("a key of columns has no \"{unknown}\""), meant(unknown, KNOWN)));
        }
        let names = schema.field_names();
        let pairs = object.get("columns").and_then(Value::as_array).filter(|pairs| !pairs.is_empty());
        let pairs = pairs.ok_or_else(|| wrong("the key has no columns".into(), FORM.into()))?;
        let columns = pairs.iter().map(|pair| {
            let texts = pair.as_array().map(|pair| pair.iter().filter_map(Value::as_str).collect::<Vec<_>>());
            let Some([field, name]) = texts.as_deref() else {
                return Err(wrong(format!("{pair} is no column"), FORM.into()));
            };
            match names.iter().position(|each| each == field) {
                Some(index) => Ok((index, (*name).to_owned())),
                None => Err(wrong(format!("the record has no field \"{field}\""), meant(field, names.iter().copied()))),
            }
        });
        let columns: Box<[(usize, String)]> = columns.collect::<Result<_, _>>()?;
        let bits = object.get("bits").and_then(Value::as_u64).and_then(|bits| bits.try_into().ok());
        let form = match object.get("format").and_then(Value::as_str) {
            Some("avro") => Form::Avro,
            Some("raw") if columns.len() == 1 => Form::Raw { bits },
            Some("raw") => return Err(wrong("a raw key has one column".into(), "name one column".into())),
            Some(name) => match ValueFormat::named(name, schema) {
                Some(format) => Form::Json(format),
                None => return Err(wrong(format!("there is no format \"{name}\""), "write raw, json or avro".into())),
            },
            None => return Err(wrong("the key has no \"format\"".into(), FORM.into())),
        };
        let prefix = object.get("prefix").map_or(Some(Vec::new()), |prefix| {
            prefix.as_array()?.iter().map(|byte| byte.as_u64()?.try_into().ok()).collect()
        });
        let prefix = prefix.ok_or_else(|| wrong("the \"prefix\" is no list of bytes".into(), FORM.into()))?.into();
        Ok(Self { columns, form, prefix })
    }

    /// Appends the key of a record whose fields stand at `fields` of `binary`; false for null.
    pub(crate) fn put(&self, schema: &Schema, binary: &[u8], fields: &[Range<usize>], out: &mut Vec<u8>) -> bool {
        let bytes = |index: usize| &binary[fields[index].clone()];
        match &self.form {
            Form::Avro => {
                out.extend_from_slice(&self.prefix);
                self.columns.iter().for_each(|(index, _)| out.extend_from_slice(bytes(*index)));
                true
            }
            Form::Json(format) => {
                format
                    .put_columns(self.columns.iter().map(|(index, name)| (*index, name.as_str(), bytes(*index))), out);
                true
            }
            Form::Raw { bits } => {
                let (index, _) = self.columns[0];
                schema.root_field(index).is_some_and(|type_id| put_raw(schema, type_id, *bits, bytes(index), out))
            }
        }
    }
}

/// A value as Flink's format `raw` reads it; false for null.
fn put_raw(schema: &Schema, type_id: TypeId, bits: Option<u32>, binary: &[u8], out: &mut Vec<u8>) -> bool {
    let (number, length) = take_long(binary).unwrap_or((0, 0));
    match &schema.types[type_id].kind {
        Kind::Boolean => out.extend_from_slice(binary),
        Kind::Int => {
            let bytes = number.to_be_bytes();
            out.extend_from_slice(&bytes[8 - (bits.unwrap_or(32) as usize / 8).clamp(1, 8)..]);
        }
        Kind::Long => out.extend_from_slice(&number.to_be_bytes()),
        Kind::Float | Kind::Double => out.extend(binary.iter().rev()),
        Kind::String | Kind::Bytes => out.extend_from_slice(&binary[length..]),
        Kind::Union(branches) => {
            let branch = usize::try_from(number).ok().and_then(|index| branches.get(index));
            return branch.is_some_and(|branch| put_raw(schema, *branch, bits, &binary[length..], out));
        }
        _ => return false,
    }
    true
}
