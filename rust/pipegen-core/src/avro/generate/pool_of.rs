//! The hint `pool_of`: a field takes its values from where another field's come from, so that the two can be joined.

use super::field_names::{self, Identity};
use super::hint::Hint;
use super::hints::{Hints, path_of};
use crate::avro::schema::error::{SchemaError, meant};
use crate::avro::schema::types::{Field, Kind, Schema};

/// The names of a field and its record in snake case, which say where values come from.
type Names = (String, String);

/// The hint and the names that a field with `pool_of: other` is compiled with.
pub(super) fn foreign(
    schema: &Schema,
    hints: &Hints,
    other: &str,
    field: &Field,
    hint: &Hint,
) -> Result<(Hint, Names), SchemaError> {
    let (mut type_id, mut path, mut found) = (schema.root, String::new(), None);
    for part in other.split('.') {
        type_id = schema.inside(type_id);
        let Kind::Record { name, fields } = &schema.types[type_id].kind else {
            return Err(hint.wrong(format!("\"pool_of\" names \"{other}\", and {path} is no record"), "name a field"));
        };
        let Some(next) = fields.iter().find(|each| each.name == part) else {
            let known = fields.iter().map(|each| each.name.as_str());
            return Err(hint.wrong(format!("\"pool_of\" names \"{other}\", which is no field"), meant(part, known)));
        };
        path = path_of(&path, next);
        type_id = next.type_id;
        found = Some((next, field_names::snake_case(name.rsplit('.').next().unwrap_or(name))));
    }
    let Some((next, record)) = found else { return Err(hint.wrong("\"pool_of\" is empty", "name a field")) };
    let (inner, own) = (schema.inside(next.type_id), schema.inside(field.type_id));
    let (inner, own) = (&schema.types[inner], &schema.types[own]);
    if inner.kind.word() != own.kind.word() || inner.logical != own.logical {
        let problem = format!("\"pool_of\" names \"{other}\", which is another type: {}", inner.kind.word());
        return Err(hint.wrong(problem, format!("name a field of type {}", own.kind.word())));
    }
    let mut theirs = hints.of(&path, next)?;
    if let Some(given) = &inner.hint {
        theirs = Hint::read(&hint.path, given)?.overridden_by(theirs);
    }
    if theirs.has("pool_of") || theirs.has("states") {
        let problem = format!("\"{other}\" has no pool of its own: another field decides its values");
        return Err(hint.wrong(problem, "name the field whose pool it is"));
    }
    let field_name = field_names::snake_case(&next.name);
    if theirs.of_values().is_empty() && field_names::identity(&field_name, &record) == Some(Identity::Unique) {
        let problem = format!("\"{other}\" has a value of its own in every record, so there is no pool");
        return Err(hint.wrong(problem, format!("give \"{other}\" the hint \"pool\"")));
    }
    Ok((theirs.of_values().overridden_by(hint.beside_values()), (field_name, record)))
}
