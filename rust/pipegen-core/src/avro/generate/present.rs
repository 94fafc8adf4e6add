//! The hint `present_if`: a field is there where fields beside it have given values, and null elsewhere.
//!
//! `{"present_if": {"kind": 0}}`; a list names several values, and with several fields each must have one of its own. A field
//! that decides draws from a stream of its own, so that its value is known wherever it stands in the record.

use serde_json::Value;

use super::draw::StepId;
use super::hint::Hint;
use super::step::{Condition, Step};
use crate::avro::schema::binary::{put_long, put_sized};
use crate::avro::schema::error::{SchemaError, meant};
use crate::avro::schema::types::{Field, Kind, Schema, TypeId};
use crate::rng::mix;

/// Keeps the streams of deciding fields apart from those of records.
const SALT: u64 = 0x5052_4553_454e_5401;

/// Makes the fields of a compiled record depend on each other as their hints say.
pub(super) fn connect(
    schema: &Schema,
    fields: &[Field],
    hints: &[Hint],
    compiled: &[StepId],
    steps: &mut Vec<Step>,
) -> Result<(), SchemaError> {
    let mut deciding = Vec::new();
    for (index, hint) in hints.iter().enumerate() {
        let Some(conditions) = read(schema, fields, hint, compiled, index, &mut deciding)? else { continue };
        let Step::Union { null: Some((null, _)), branches } = &steps[compiled[index]] else {
            return Err(hint.wrong("\"present_if\" stands at a field that cannot be null", "add null to its type"));
        };
        steps[compiled[index]] = Step::Present { conditions, null: *null, branches: branches.clone() };
    }
    for index in deciding {
        let step = compiled[index];
        if matches!(steps[step], Step::Own { .. }) {
            continue;
        }
        let salt = fields[index].path.bytes().fold(SALT, |salt, byte| mix(salt ^ u64::from(byte)));
        let moved = steps[step].clone();
        steps.push(moved);
        steps[step] = Step::Own { step: steps.len() - 1, salt };
    }
    Ok(())
}

fn read(
    schema: &Schema,
    fields: &[Field],
    hint: &Hint,
    compiled: &[StepId],
    own: usize,
    deciding: &mut Vec<usize>,
) -> Result<Option<Box<[Condition]>>, SchemaError> {
    let Some(value) = hint.value("present_if") else { return Ok(None) };
    let Some(object) = value.as_object().filter(|object| !object.is_empty()) else {
        return Err(hint.wrong(format!("\"present_if\" is {value}"), "write {\"kind\": 0}"));
    };
    let mut conditions = Vec::with_capacity(object.len());
    for (name, wanted) in object {
        let Some(index) = fields.iter().position(|field| field.name == *name).filter(|index| *index != own) else {
            let known = fields.iter().map(|field| field.name.as_str());
            return Err(hint.wrong(format!("\"present_if\" names \"{name}\", no field beside it"), meant(name, known)));
        };
        let list = wanted.as_array().map_or(std::slice::from_ref(wanted), Vec::as_slice);
        let values = list.iter().map(|value| {
            encoded(schema, fields[index].type_id, value).ok_or_else(|| {
                let problem = format!("\"present_if\" says {value}, which \"{name}\" cannot be");
                hint.wrong(problem, "write a number, a text or a truth value of the field's type")
            })
        });
        conditions.push(Condition { step: compiled[index], values: values.collect::<Result<_, _>>()? });
        deciding.push(index);
    }
    Ok(Some(conditions.into()))
}

/// A value as Avro writes it; `None` where the type cannot hold it.
fn encoded(schema: &Schema, type_id: TypeId, value: &Value) -> Option<Box<[u8]>> {
    let mut out = Vec::new();
    match &schema.types[type_id].kind {
        Kind::Boolean => out.push(u8::from(value.as_bool()?)),
        Kind::Int => put_long(&mut out, i64::from(i32::try_from(value.as_i64()?).ok()?)),
        Kind::Long => put_long(&mut out, value.as_i64()?),
        Kind::String => put_sized(&mut out, |out| out.extend_from_slice(value.as_str().unwrap_or_default().as_bytes())),
        Kind::Enum { symbols, .. } => {
            let index = symbols.iter().position(|symbol| Some(symbol.as_str()) == value.as_str())?;
            put_long(&mut out, i64::try_from(index).ok()?);
        }
        Kind::Union(branches) => {
            let (index, bytes) = branches
                .iter()
                .enumerate()
                .find_map(|(index, branch)| Some((index, encoded(schema, *branch, value)?)))?;
            put_long(&mut out, i64::try_from(index).ok()?);
            out.extend_from_slice(&bytes);
        }
        Kind::Null if value.is_null() => {}
        _ => return None,
    }
    (value.is_string() || !matches!(schema.types[type_id].kind, Kind::String)).then(|| out.into())
}
