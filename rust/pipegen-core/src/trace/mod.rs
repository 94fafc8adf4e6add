//! A field as a trace: each event has a value of its own in it, and the value leads back to the event's number.

pub mod codec;
mod feistel;
pub mod field;
pub mod reader;
