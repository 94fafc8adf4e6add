//! Values looked at: binary walked against its schema without building anything from it.

mod profile;
mod profile_plan;
mod profile_text;
mod profile_walk;
mod validate;

pub use profile::{FIELDS_MAX, FieldInterval, FieldStats, Profile};
pub use profile_plan::ProfilePlan;
pub use validate::{Fault, Reason};
