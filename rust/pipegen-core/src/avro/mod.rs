//! Avro: schema → plan → seeded records straight to binary, and a validator that builds no objects.
//!
//! Nothing here reads a clock or does I/O: a record is a function of (schema, hints, seed, event, due time). `generate` and
//! `inspect` use `schema`, and not each other.

mod generate;
mod inspect;
pub(crate) mod schema;

pub use generate::{Plan, PlanOptions};
pub use inspect::{FIELDS_MAX, Fault, FieldInterval, FieldStats, Profile, ProfilePlan, Reason};
pub use schema::{Schema, SchemaError};
