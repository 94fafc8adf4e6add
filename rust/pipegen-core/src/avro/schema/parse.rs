//! Schema JSON → [`Schema`], refusing what the Avro specification refuses and saying where.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::defaults;
use super::error::{SchemaError, meant};
use super::logical;
use super::names::{NAME_RULE, check_aliases, check_simple_name, full_name, strict_namespace};
use super::types::{Field, Kind, Schema, Type, TypeId};

type Object = Map<String, Value>;

/// Larger fixed types are surely a mistake, and one record of them would fill the memory.
const FIXED_BYTES_MAX: u64 = 16 << 20;
const TYPE_WORDS: [&str; 13] =
    ["null", "boolean", "int", "long", "float", "double", "bytes", "string", "record", "enum", "array", "map", "fixed"];

impl Schema {
    /// Reads and checks a schema.
    ///
    /// # Errors
    /// When the text is no JSON or no valid Avro schema.
    pub fn parse(json: &str) -> Result<Self, SchemaError> {
        let value: Value = serde_json::from_str(json).map_err(|error| {
            SchemaError::new("$", format!("the schema is not JSON ({error})"), "correct its syntax")
        })?;
        let mut parser = Parser::default();
        let root = parser.any(&value, "", "$")?;
        for (type_id, default, path) in std::mem::take(&mut parser.defaults) {
            defaults::check(&parser.types, type_id, &default, &path)?;
        }
        Ok(Self { types: parser.types, root, warnings: parser.warnings, ignored: parser.ignored })
    }
}

#[derive(Default)]
struct Parser {
    types: Vec<Type>,
    names: HashMap<String, TypeId>,
    warnings: Vec<SchemaError>,
    ignored: Vec<String>,
    /// Checked at the end, when recursive types are complete.
    defaults: Vec<(TypeId, Value, String)>,
}

impl Parser {
    fn any(&mut self, json: &Value, namespace: &str, path: &str) -> Result<TypeId, SchemaError> {
        match json {
            Value::String(word) => self.reference(word, namespace, path),
            Value::Array(branches) => self.union(branches, namespace, path),
            Value::Object(object) => self.object(object, namespace, path),
            _ => Err(SchemaError::new(
                path,
                format!("{json} is not a type"),
                "write a type's name, an object with \"type\", or a list of types for a union",
            )),
        }
    }

    fn push(&mut self, kind: Kind, path: &str) -> TypeId {
        self.types.push(Type { kind, logical: None, meant: None, path: path.to_owned(), hint: None });
        self.types.len() - 1
    }

    fn reference(&mut self, word: &str, namespace: &str, path: &str) -> Result<TypeId, SchemaError> {
        if let Some(kind) = Kind::primitive(word) {
            return Ok(self.push(kind, path));
        }
        // A name without a dot belongs to the enclosing namespace; like other readers, fall back to none.
        let known = [full_name(word, namespace), word.to_owned()].iter().find_map(|name| self.names.get(name).copied());
        known.ok_or_else(|| {
            let words = TYPE_WORDS.into_iter().chain(self.names.keys().map(String::as_str));
            let remedy = if TYPE_WORDS[8..].contains(&word) {
                format!("write {{\"type\": \"{word}\", …}} with its attributes")
            } else {
                format!("define a named type before its first use; {}", meant(word, words))
            };
            SchemaError::new(path, format!("no type is named \"{word}\""), remedy)
        })
    }

    fn union(&mut self, branches: &[Value], namespace: &str, path: &str) -> Result<TypeId, SchemaError> {
        if branches.is_empty() {
            return Err(SchemaError::new(path, "the union is empty", "list at least one type"));
        }
        let id = self.push(Kind::Union(Vec::new()), path);
        let mut ids = Vec::with_capacity(branches.len());
        let mut seen = HashSet::new();
        for (index, branch) in branches.iter().enumerate() {
            let branch_path = format!("{path}[{index}]");
            let branch_id = self.any(branch, namespace, &branch_path)?;
            let kind = &self.types[branch_id].kind;
            if matches!(kind, Kind::Union(_)) {
                return Err(SchemaError::new(
                    &branch_path,
                    "a union stands directly inside a union",
                    "list its types in the outer one",
                ));
            }
            let word = kind.name().unwrap_or_else(|| kind.word()).to_owned();
            if !seen.insert(word.clone()) {
                return Err(SchemaError::new(
                    &branch_path,
                    format!("the union holds {word} twice"),
                    "keep one of them, or give them different names",
                ));
            }
            ids.push(branch_id);
        }
        self.types[id].kind = Kind::Union(ids);
        Ok(id)
    }

    fn object(&mut self, object: &Object, namespace: &str, path: &str) -> Result<TypeId, SchemaError> {
        let type_path = format!("{path}.type");
        let word = match object.get("type") {
            Some(Value::String(word)) => word.as_str(),
            Some(inner @ (Value::Object(_) | Value::Array(_))) => {
                let id = self.any(inner, namespace, &type_path)?;
                self.beside(object, id, path);
                return Ok(id);
            }
            Some(other) => {
                return Err(SchemaError::new(&type_path, format!("{other} is not a type"), "write a type's name"));
            }
            None => return Err(SchemaError::new(path, "\"type\" is missing", "add \"type\": \"…\"")),
        };
        let id = match word {
            "record" | "error" => self.record(object, namespace, path)?,
            "enum" => self.enumeration(object, namespace, path)?,
            "fixed" => self.fixed(object, namespace, path)?,
            "array" => {
                let id = self.push(Kind::Array(0), path);
                let items = required(object, "items", "array", path)?;
                self.types[id].kind = Kind::Array(self.any(items, namespace, &format!("{path}.items"))?);
                id
            }
            "map" => {
                let id = self.push(Kind::Map(0), path);
                let values = required(object, "values", "map", path)?;
                self.types[id].kind = Kind::Map(self.any(values, namespace, &format!("{path}.values"))?);
                id
            }
            // A reference in object form describes the type elsewhere: nothing to add to it here.
            _ if Kind::primitive(word).is_none() => {
                let id = self.reference(word, namespace, &type_path)?;
                self.beside(object, id, path);
                return Ok(id);
            }
            _ => self.reference(word, namespace, path)?,
        };
        if let Some(annotation) = object.get("logicalType") {
            match logical::read(annotation, object, &self.types[id].kind) {
                Ok(logical) => self.types[id].logical = Some(logical),
                Err(reason) => {
                    let word = annotation.as_str().map_or_else(|| annotation.to_string(), str::to_owned);
                    let problem = format!("the logical type {word} is ignored: {reason}");
                    self.warnings.push(SchemaError::new(path, problem, "the plain type is used"));
                    self.ignored.push(path.to_owned());
                }
            }
        }
        self.types[id].hint = object.get("pipegen").cloned();
        Ok(id)
    }

    fn record(&mut self, object: &Object, namespace: &str, path: &str) -> Result<TypeId, SchemaError> {
        let (id, name, inner) =
            self.named(object, namespace, path, |name| Kind::Record { name, fields: Vec::new() })?;
        let list_path = format!("{path}.fields");
        let Value::Array(list) = required(object, "fields", "record", path)? else {
            return Err(SchemaError::new(&list_path, "\"fields\" is not a list", "write [{\"name\": …, \"type\": …}]"));
        };
        let mut fields: Vec<Field> = Vec::with_capacity(list.len());
        let mut taken = HashSet::new();
        for (index, item) in list.iter().enumerate() {
            let field_path = format!("{list_path}[{index}]");
            let field = self.field(item, &inner, &field_path)?;
            if !taken.insert(field.name.clone()) {
                return Err(SchemaError::new(
                    &field_path,
                    format!("the record has two fields named \"{}\"", field.name),
                    "rename one of them",
                ));
            }
            fields.push(field);
        }
        self.types[id].kind = Kind::Record { name, fields };
        Ok(id)
    }

    fn field(&mut self, item: &Value, namespace: &str, path: &str) -> Result<Field, SchemaError> {
        let Value::Object(object) = item else {
            return Err(SchemaError::new(path, "the field is not an object", "write {\"name\": …, \"type\": …}"));
        };
        let name = text(object, "name", "field", path)?;
        check_simple_name(name, &format!("{path}.name"))?;
        let type_id = self.any(required(object, "type", "field", path)?, namespace, &format!("{path}.type"))?;
        self.beside(object, type_id, path);
        if let Some(order) = object.get("order")
            && !matches!(order.as_str(), Some("ascending" | "descending" | "ignore"))
        {
            return Err(SchemaError::new(
                &format!("{path}.order"),
                format!("{order} is not an order"),
                "use \"ascending\", \"descending\" or \"ignore\"",
            ));
        }
        check_aliases(object, path)?;
        let default = object.get("default");
        if let Some(default) = default {
            self.defaults.push((type_id, default.clone(), format!("{path}.default")));
        }
        let hint = object.get("pipegen").cloned();
        let json_name = object.get("pipegen_name").and_then(Value::as_str).map(str::to_owned);
        let (name, path, has_default) = (name.to_owned(), path.to_owned(), default.is_some());
        Ok(Field { name, type_id, path, hint, json_name, has_default })
    }

    /// Tells of a `logicalType` that stands beside the type; values are made as it means them.
    fn beside(&mut self, object: &Object, id: TypeId, path: &str) {
        let Some(annotation) = object.get("logicalType") else { return };
        let inner = match &self.types[id].kind {
            Kind::Union(branches) => {
                let mut values = branches.iter().filter(|branch| !matches!(self.types[**branch].kind, Kind::Null));
                match (values.next(), values.next()) {
                    (Some(branch), None) => *branch,
                    _ => id,
                }
            }
            _ => id,
        };
        let each = &mut self.types[inner];
        if each.logical.is_some() {
            return; // says what is said there, or has no effect on it
        }
        let written = each.kind.name().unwrap_or_else(|| each.kind.word());
        self.warnings.push(SchemaError::new(
            path,
            format!("logicalType {annotation} stands beside the type and has no effect"),
            format!("write {{\"type\": {{\"type\": \"{written}\", \"logicalType\": {annotation}}}}}"),
        ));
        // A named type may be used elsewhere too, where nothing is said about it.
        if each.kind.name().is_none() {
            each.meant = logical::read(annotation, object, &each.kind).ok();
        }
    }

    fn enumeration(&mut self, object: &Object, namespace: &str, path: &str) -> Result<TypeId, SchemaError> {
        let list_path = format!("{path}.symbols");
        let Value::Array(list) = required(object, "symbols", "enum", path)? else {
            return Err(SchemaError::new(&list_path, "\"symbols\" is not a list", "write a list of names"));
        };
        if list.is_empty() {
            return Err(SchemaError::new(&list_path, "the enum has no symbol", "list at least one"));
        }
        let mut symbols = Vec::with_capacity(list.len());
        let mut taken = HashSet::with_capacity(list.len());
        for (index, item) in list.iter().enumerate() {
            let symbol_path = format!("{list_path}[{index}]");
            let Value::String(symbol) = item else {
                return Err(SchemaError::new(&symbol_path, format!("{item} is not a name"), NAME_RULE));
            };
            check_simple_name(symbol, &symbol_path)?;
            if !taken.insert(symbol.as_str()) {
                let problem = format!("the symbol \"{symbol}\" stands twice");
                return Err(SchemaError::new(&symbol_path, problem, "remove one"));
            }
            symbols.push(symbol.clone());
        }
        if let Some(default) = object.get("default")
            && !default.as_str().is_some_and(|default| taken.contains(default))
        {
            return Err(SchemaError::new(
                &format!("{path}.default"),
                format!("{default} is not one of the symbols"),
                "name one of them",
            ));
        }
        let (id, ..) = self.named(object, namespace, path, |name| Kind::Enum { name, symbols })?;
        Ok(id)
    }

    fn fixed(&mut self, object: &Object, namespace: &str, path: &str) -> Result<TypeId, SchemaError> {
        let size = required(object, "size", "fixed", path)?;
        let bytes = size.as_u64().filter(|bytes| *bytes <= FIXED_BYTES_MAX).and_then(|bytes| bytes.try_into().ok());
        let bytes: usize = bytes.ok_or_else(|| {
            SchemaError::new(
                &format!("{path}.size"),
                format!("{size} is not a size in bytes"),
                format!("use a whole number from 0 to {FIXED_BYTES_MAX}"),
            )
        })?;
        let (id, ..) = self.named(object, namespace, path, |name| Kind::Fixed { name, size: bytes })?;
        Ok(id)
    }

    /// Adds a named type; returns its id, full name, and the namespace inside it.
    fn named(
        &mut self,
        object: &Object,
        enclosing: &str,
        path: &str,
        kind: impl FnOnce(String) -> Kind,
    ) -> Result<(TypeId, String, String), SchemaError> {
        let name_path = format!("{path}.name");
        let name = text(object, "name", "named type", path)?;
        let mut namespace_path = format!("{path}.namespace");
        let namespace = match object.get("namespace") {
            None => enclosing,
            Some(Value::Null) => "",
            Some(Value::String(namespace)) => namespace,
            Some(other) => {
                let problem = format!("{other} is not a namespace");
                return Err(SchemaError::new(&namespace_path, problem, "write names joined by dots"));
            }
        };
        let full = full_name(name, namespace);
        let (own_namespace, simple) = full.rsplit_once('.').unwrap_or(("", &full));
        check_simple_name(simple, &name_path)?;
        if name.contains('.') {
            namespace_path.clone_from(&name_path);
        }
        // Checked where it is written down, not again in every type inside it.
        if own_namespace != enclosing && !strict_namespace(own_namespace, &namespace_path)? {
            self.warnings.push(SchemaError::new(
                &namespace_path,
                format!("the namespace \"{own_namespace}\" is not valid by Avro's specification"),
                "it is used as it is: Avro's Java library up to 1.11 and Kafka Connect take it, other readers may not",
            ));
        }
        if Kind::primitive(&full).is_some() {
            let problem = format!("\"{full}\" is the name of a primitive type");
            return Err(SchemaError::new(&name_path, problem, "choose another name or give it a namespace"));
        }
        check_aliases(object, path)?;
        let id = self.push(kind(full.clone()), path);
        if self.names.insert(full.clone(), id).is_some() {
            return Err(SchemaError::new(
                &name_path,
                format!("\"{full}\" is defined twice"),
                "refer to the first definition by its name, or rename one",
            ));
        }
        let inner = full.rfind('.').map_or(String::new(), |dot| full[..dot].to_owned());
        Ok((id, full, inner))
    }
}

fn required<'a>(object: &'a Object, key: &str, what: &str, path: &str) -> Result<&'a Value, SchemaError> {
    object
        .get(key)
        .ok_or_else(|| SchemaError::new(path, format!("the {what} has no \"{key}\""), format!("add \"{key}\": …")))
}

fn text<'a>(object: &'a Object, key: &str, what: &str, path: &str) -> Result<&'a str, SchemaError> {
    let value = required(object, key, what, path)?;
    value
        .as_str()
        .ok_or_else(|| SchemaError::new(&format!("{path}.{key}"), format!("{value} is not a name"), NAME_RULE))
}
