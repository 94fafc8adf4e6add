//! The specification's rules for names.

use serde_json::{Map, Value};

use super::error::SchemaError;

/// What a name may be, as a remedy.
pub(super) const NAME_RULE: &str = "use letters, digits and _, not starting with a digit";

/// A name with the namespace that it belongs to.
pub(super) fn full_name(name: &str, namespace: &str) -> String {
    if name.contains('.') || namespace.is_empty() { name.to_owned() } else { format!("{namespace}.{name}") }
}

/// Refuses what is not a name without a namespace.
pub(super) fn check_simple_name(name: &str, path: &str) -> Result<(), SchemaError> {
    let letter = |c: char| c.is_ascii_alphabetic() || c == '_';
    let good = name.starts_with(letter) && name.chars().all(|c| letter(c) || c.is_ascii_digit());
    if good { Ok(()) } else { Err(SchemaError::new(path, format!("\"{name}\" is not a valid Avro name"), NAME_RULE)) }
}

/// Whether a namespace is valid by the specification. Parts with hyphens or a digit in front are not, but in use.
pub(super) fn strict_namespace(namespace: &str, path: &str) -> Result<bool, SchemaError> {
    let lenient = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
    if !namespace.is_empty() && !namespace.split('.').all(lenient) {
        let problem = format!("\"{namespace}\" is not a valid Avro namespace");
        return Err(SchemaError::new(path, problem, "write names joined by dots: letters, digits and _"));
    }
    Ok(namespace.is_empty() || namespace.split('.').all(|part| check_simple_name(part, path).is_ok()))
}

/// Refuses aliases that are no names.
pub(super) fn check_aliases(object: &Map<String, Value>, path: &str) -> Result<(), SchemaError> {
    let path = format!("{path}.aliases");
    match object.get("aliases") {
        None => Ok(()),
        Some(Value::Array(aliases)) => aliases.iter().try_for_each(|alias| match alias {
            Value::String(alias) => alias.split('.').try_for_each(|part| check_simple_name(part, &path)),
            other => Err(SchemaError::new(&path, format!("{other} is not a name"), NAME_RULE)),
        }),
        Some(other) => Err(SchemaError::new(&path, format!("{other} is not a list"), "write a list of names")),
    }
}
