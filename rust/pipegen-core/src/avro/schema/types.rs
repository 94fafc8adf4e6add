//! An Avro schema as an arena of types: a named reference, also a recursive one, is an index.

use serde_json::Value;

use super::error::SchemaError;

/// The index of a type in its schema's arena.
pub(crate) type TypeId = usize;

/// A checked Avro schema.
#[derive(Clone, Debug)]
pub struct Schema {
    pub(crate) types: Vec<Type>,
    pub(crate) root: TypeId,
    pub(crate) warnings: Vec<SchemaError>,
    pub(crate) ignored: Vec<String>,
}

/// One type with what is said about it.
#[derive(Clone, Debug)]
pub(crate) struct Type {
    pub(crate) kind: Kind,
    pub(crate) logical: Option<Logical>,
    /// What a `logicalType` beside the type means: values are made so, and written as the plain type.
    pub(crate) meant: Option<Logical>,
    /// Where it stands in the schema's JSON.
    pub(crate) path: String,
    /// The `pipegen` attribute, unchecked.
    pub(crate) hint: Option<Value>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    Boolean,
    Int,
    Long,
    Float,
    Double,
    Bytes,
    String,
    Record { name: String, fields: Vec<Field> },
    Enum { name: String, symbols: Vec<String> },
    Array(TypeId),
    Map(TypeId),
    Union(Vec<TypeId>),
    Fixed { name: String, size: usize },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) type_id: TypeId,
    /// Where it stands in the schema's JSON.
    pub(crate) path: String,
    /// The `pipegen` attribute, unchecked.
    pub(crate) hint: Option<Value>,
    /// The attribute `pipegen_name`: what JSON calls the field, where Avro allows no such name.
    pub(crate) json_name: Option<String>,
    pub(crate) has_default: bool,
}

/// A logical type that is valid on the type it annotates; others are ignored with a warning, as the specification says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Logical {
    Decimal { precision: u32, scale: u32 },
    Uuid,
    Date,
    TimeOfDay(Unit),
    Timestamp(Unit),
    LocalTimestamp(Unit),
    Duration,
}

impl Logical {
    /// The word the specification uses.
    pub(crate) fn word(self) -> String {
        match self {
            Self::Decimal { precision, scale } => format!("decimal({precision},{scale})"),
            Self::Uuid => "uuid".to_owned(),
            Self::Date => "date".to_owned(),
            Self::TimeOfDay(unit) => format!("time-{}", unit.word()),
            Self::Timestamp(unit) => format!("timestamp-{}", unit.word()),
            Self::LocalTimestamp(unit) => format!("local-timestamp-{}", unit.word()),
            Self::Duration => "duration".to_owned(),
        }
    }
}

/// The unit of a temporal type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Millis,
    Micros,
    Nanos,
}

impl Unit {
    const fn word(self) -> &'static str {
        match self {
            Self::Millis => "millis",
            Self::Micros => "micros",
            Self::Nanos => "nanos",
        }
    }

    pub(crate) const fn nanoseconds(self) -> i64 {
        match self {
            Self::Millis => 1_000_000,
            Self::Micros => 1_000,
            Self::Nanos => 1,
        }
    }
}

impl Kind {
    /// The word the specification uses.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Int => "int",
            Self::Long => "long",
            Self::Float => "float",
            Self::Double => "double",
            Self::Bytes => "bytes",
            Self::String => "string",
            Self::Record { .. } => "record",
            Self::Enum { .. } => "enum",
            Self::Array(_) => "array",
            Self::Map(_) => "map",
            Self::Union(_) => "union",
            Self::Fixed { .. } => "fixed",
        }
    }

    /// The full name of a named type.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Self::Record { name, .. } | Self::Enum { name, .. } | Self::Fixed { name, .. } => Some(name),
            _ => None,
        }
    }

    pub(crate) fn primitive(word: &str) -> Option<Self> {
        Some(match word {
            "null" => Self::Null,
            "boolean" => Self::Boolean,
            "int" => Self::Int,
            "long" => Self::Long,
            "float" => Self::Float,
            "double" => Self::Double,
            "bytes" => Self::Bytes,
            "string" => Self::String,
            _ => return None,
        })
    }
}

impl Schema {
    /// What the specification allows but a reader may not expect, such as a logical type that is ignored.
    #[must_use]
    pub fn warnings(&self) -> &[SchemaError] {
        &self.warnings
    }

    /// The places of logical types that do not fit and are ignored, as the specification demands.
    #[must_use]
    pub fn ignored(&self) -> &[String] {
        &self.ignored
    }

    /// For every type, how many records must be nested to hold a value of it; `None` where no end is possible.
    pub(crate) fn heights(&self) -> Vec<Option<u32>> {
        let mut heights: Vec<Option<u32>> = vec![None; self.types.len()];
        loop {
            let mut changed = false;
            for (index, each) in self.types.iter().enumerate() {
                let height = match &each.kind {
                    Kind::Record { fields, .. } => fields
                        .iter()
                        .try_fold(0, |highest, field| heights[field.type_id].map(|height| highest.max(height)))
                        .map(|highest| highest + 1),
                    Kind::Union(branches) => branches.iter().filter_map(|branch| heights[*branch]).min(),
                    _ => Some(0),
                };
                if height != heights[index] {
                    heights[index] = height;
                    changed = true;
                }
            }
            if !changed {
                return heights;
            }
        }
    }

    /// The names of the root record's fields; empty when the root is no record.
    #[must_use]
    pub fn field_names(&self) -> Vec<&str> {
        match &self.types[self.root].kind {
            Kind::Record { fields, .. } => fields.iter().map(|field| field.name.as_str()).collect(),
            _ => Vec::new(),
        }
    }

    /// What JSON calls the fields of the root record.
    pub(crate) fn json_names(&self) -> Vec<&str> {
        match &self.types[self.root].kind {
            Kind::Record { fields, .. } => {
                fields.iter().map(|field| field.json_name.as_ref().unwrap_or(&field.name).as_str()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The type of a field of the root record.
    pub(crate) fn root_field(&self, index: usize) -> Option<TypeId> {
        match &self.types[self.root].kind {
            Kind::Record { fields, .. } => fields.get(index).map(|field| field.type_id),
            _ => None,
        }
    }

    /// The type of a field's values behind arrays, maps and null.
    pub(crate) fn inside(&self, mut type_id: TypeId) -> TypeId {
        for _ in 0..self.types.len() {
            type_id = match &self.types[type_id].kind {
                Kind::Array(item) | Kind::Map(item) => *item,
                Kind::Union(branches) => {
                    let is_value = |branch: &&TypeId| !matches!(self.types[**branch].kind, Kind::Null);
                    match branches.iter().find(is_value) {
                        Some(branch) => *branch,
                        None => return type_id,
                    }
                }
                _ => return type_id,
            };
        }
        type_id
    }
}
