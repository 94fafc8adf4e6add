//! Records made: a schema compiled to a plan, which writes seeded values straight to binary.

mod breach;
mod changelog;
mod compile;
mod draw;
mod faulty;
mod field_names;
mod format;
mod hint;
mod hints;
mod json;
mod key;
mod key_columns;
mod key_law;
mod kinds;
mod leaf;
mod machines;
mod moment;
mod number;
mod pattern;
mod plan;
mod pool_of;
mod present;
mod range;
mod shared;
mod site;
mod states;
mod step;
mod stratum;
mod text;
mod words;
mod write;

pub use plan::{Plan, PlanOptions};
