//! Which fields of a record a state machine leads: the one with the hint `states`, and the entity that one names.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::hint::Hint;
use super::states::Machine;
use crate::avro::schema::error::{SchemaError, meant};
use crate::avro::schema::types::Field;

/// The machine of each led field, by the field's index.
pub(super) fn machines(fields: &[Field], hints: &[Hint]) -> Result<BTreeMap<usize, Arc<Machine>>, SchemaError> {
    let mut found = BTreeMap::new();
    for (index, hint) in hints.iter().enumerate() {
        let Some((machine, entity)) = Machine::read(hint)? else { continue };
        let machine = Arc::new(machine);
        if let Some(name) = entity {
            let Some(entity) = fields.iter().position(|field| field.name == name) else {
                let known = fields.iter().map(|field| field.name.as_str());
                return Err(hint.wrong(format!("the entity \"{name}\" is no field beside it"), meant(&name, known)));
            };
            if entity == index || hints[entity].has("states") || found.insert(entity, Arc::clone(&machine)).is_some() {
                let problem = format!("\"{name}\" cannot be the entity: a state machine leads it already");
                return Err(hint.wrong(problem, "name another field"));
            }
        }
        found.insert(index, machine);
    }
    Ok(found)
}
