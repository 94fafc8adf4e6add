//! An output whose records change rows, judged as the table that they stand for.
pub mod change;
pub mod keys;
pub mod meter;
mod retraction;
