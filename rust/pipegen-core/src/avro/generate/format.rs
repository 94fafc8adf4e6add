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
    Json(Box<Schema>),
}

impl ValueFormat {
    /// The names that the setting takes.
    pub(crate) const NAMES: [&str; 2] = ["avro", "json"];

    pub(crate) fn named(name: &str, schema: &Schema) -> Option<Self> {
        match name {
            "avro" => Some(Self::Avro),
            "json" => Some(Self::Json(Box::new(schema.clone()))),
            _ => None,
        }
    }

    /// Whether the value is the record's binary as it is, so that it can be written in place.
    pub(crate) const fn is_binary(&self) -> bool {
        matches!(self, Self::Avro)
    }

    /// Appends a record, given as binary, in this format.
    pub(crate) fn put(&self, binary: &[u8], out: &mut Vec<u8>) {
        match self {
            Self::Avro => out.extend_from_slice(binary),
            Self::Json(schema) => schema.put_json(binary, out),
        }
    }
}
