//! How a generated record is written as a message value: the one place where formats meet.
//!
//! Every format starts from the record's Avro binary, so that a seed means the same records in each. Protobuf and JSON Schema
//! get a variant here, a branch in [`ValueFormat::put`], and a name.

use crate::avro::schema::types::Schema;

/// A compiled format.
#[derive(Clone, Debug)]
pub(crate) enum ValueFormat {
    /// The binary itself.
    Avro,
    /// JSON text, see `json`.
    Json {
        schema: Box<Schema>,
        /// Between date and time.
        between: u8,
    },
}

impl ValueFormat {
    /// The formats: `json` writes times by ISO 8601, `json-sql` as SQL does, with a space between date and time.
    pub(crate) const NAMES: [&str; 3] = ["avro", "json", "json-sql"];

    pub(crate) fn named(name: &str, schema: &Schema) -> Option<Self> {
        match name {
            "avro" => Some(Self::Avro),
            "json" => Some(Self::Json { schema: Box::new(schema.clone()), between: b'T' }),
            "json-sql" => Some(Self::Json { schema: Box::new(schema.clone()), between: b' ' }),
            _ => None,
        }
    }

    /// Whether the value is the record's binary as it is, so that it can be written in place.
    pub(crate) const fn is_binary(&self) -> bool {
        matches!(self, Self::Avro)
    }

    /// Appends the first fields of a record, given as binary, in this format.
    pub(crate) fn put(&self, binary: &[u8], fields: usize, out: &mut Vec<u8>) {
        match self {
            Self::Avro => out.extend_from_slice(binary),
            Self::Json { schema, between } => schema.put_json(binary, fields, *between, out),
        }
    }

    /// Appends fields of a record, each with its index, its name and its binary.
    pub(crate) fn put_columns<'a>(&self, columns: impl Iterator<Item = (usize, &'a str, &'a [u8])>, out: &mut Vec<u8>) {
        match self {
            Self::Avro => columns.for_each(|(_, _, binary)| out.extend_from_slice(binary)),
            Self::Json { schema, between } => schema.put_json_columns(columns, *between, out),
        }
    }
}
