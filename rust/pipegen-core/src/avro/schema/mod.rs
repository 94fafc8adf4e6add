//! Avro schemas: read, checked, and the parts of the binary encoding that writing and reading values share.

pub(crate) mod binary;
pub(crate) mod calendar;
pub(crate) mod cursor;
mod defaults;
pub(crate) mod digits;
pub(crate) mod error;
mod logical;
mod names;
mod parse;
pub(crate) mod types;

pub use error::SchemaError;
pub use types::Schema;
