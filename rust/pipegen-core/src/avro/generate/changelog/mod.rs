//! A table that changes while it is sent: rows of a pool are created, updated and deleted, in the order of their events.

mod envelope;
mod rows;
mod setting;

pub(crate) use envelope::{Row, Written};
pub(crate) use rows::{Operation, Version};
pub(crate) use setting::Changelog;
