//! Avro: schema → plan → seeded records straight to binary, and a validator that builds no objects.
//!
//! Nothing here reads a clock or does I/O: a record is a function of (schema, hints, seed, event, due time).

mod compile;
mod defaults;
mod draw;
mod encode;
mod error;
mod generate;
mod hint;
mod key;
mod kinds;
mod leaf;
mod logical;
mod names;
mod number;
mod parse;
mod pattern;
mod plan;
mod range;
pub(crate) mod rng;
mod schema;
mod text;
mod validate;
mod words;

pub use error::SchemaError;
pub use plan::{Plan, PlanOptions};
pub use schema::Schema;
pub use validate::{Fault, Reason};
