//! Avro: schema → plan → seeded records straight to binary, and a validator that builds no objects.
//!
//! Nothing here reads a clock or does I/O: a record is a function of (schema, hints, seed, event, due time).

mod breach;
mod compile;
mod defaults;
mod draw;
mod encode;
mod error;
mod faulty;
mod format;
mod generate;
mod hint;
mod json;
mod key;
mod key_law;
mod kinds;
mod leaf;
mod logical;
mod machines;
mod names;
mod number;
mod parse;
mod pattern;
mod plan;
mod pool_of;
mod profile;
mod profile_plan;
mod profile_text;
mod profile_walk;
mod range;
pub(crate) mod rng;
mod schema;
mod states;
mod text;
mod validate;
mod words;

pub use error::SchemaError;
pub use plan::{Plan, PlanOptions};
pub use profile::{FIELDS_MAX, FieldInterval, FieldStats, Profile};
pub use profile_plan::ProfilePlan;
pub use schema::Schema;
pub use validate::{Fault, Reason};
