//! Avro schemas: read, checked, and the parts of the binary encoding that writing and reading values share.

pub(super) mod binary;
pub(super) mod calendar;
pub(super) mod cursor;
mod defaults;
pub(super) mod digits;
pub(super) mod error;
mod logical;
mod names;
mod parse;
pub(super) mod types;

pub use error::SchemaError;
pub use types::Schema;
