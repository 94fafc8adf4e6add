//! The hints of a schema and of the project, found by a field's path.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::hint::Hint;
use crate::avro::schema::error::{SchemaError, meant};
use crate::avro::schema::types::Field;

/// The project's hints by field path, and the fields that were met.
pub(super) struct Hints {
    given: BTreeMap<String, Value>,
    met: RefCell<BTreeSet<String>>,
}

impl Hints {
    /// Reads the project's hints.
    pub(super) fn read(json: Option<&str>) -> Result<Self, SchemaError> {
        Ok(Self { given: given(json)?, met: RefCell::default() })
    }

    /// Takes note of fields that there are.
    pub(super) fn meet(&self, paths: &[String]) {
        self.met.borrow_mut().extend(paths.iter().cloned());
    }

    /// What is said about a field, in the schema and, stronger, in the project.
    pub(super) fn of(&self, path: &str, field: &Field) -> Result<Hint, SchemaError> {
        let place = format!("{}.pipegen", field.path);
        let mut hint = Hint::none(&place);
        if let Some(own) = &field.hint {
            hint = Hint::read(&place, own)?;
        }
        match self.given.get(path) {
            Some(given) => Ok(hint.overridden_by(Hint::read(&hint_path(path), given)?)),
            None => Ok(hint),
        }
    }

    /// Refuses hints of fields that were never met.
    pub(super) fn refuse_unmet(&self) -> Result<(), SchemaError> {
        let met = self.met.borrow();
        let Some(unknown) = self.given.keys().find(|path| !met.contains(*path)) else { return Ok(()) };
        let known: Vec<&str> = met.iter().map(String::as_str).collect();
        let problem = format!("the schema has no field \"{unknown}\"");
        Err(SchemaError::new(&hint_path(unknown), problem, meant(unknown, known)))
    }
}

fn hint_path(field: &str) -> String {
    format!("hints[\"{field}\"]")
}

/// A field's path as hints name it.
pub(super) fn path_of(record_path: &str, field: &Field) -> String {
    if record_path.is_empty() { field.name.clone() } else { format!("{record_path}.{}", field.name) }
}

fn given(json: Option<&str>) -> Result<BTreeMap<String, Value>, SchemaError> {
    let Some(text) = json else { return Ok(BTreeMap::new()) };
    let remedy = "write {\"field.path\": {\"min\": 1, …}, …}";
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(object.into_iter().collect()),
        Ok(other) => Err(SchemaError::new("hints", format!("{other} is not an object"), remedy)),
        Err(error) => Err(SchemaError::new("hints", format!("the hints are not JSON ({error})"), remedy)),
    }
}
