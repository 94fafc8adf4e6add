//! Where a type stands, as far as that shapes its values.

use std::sync::Arc;

use super::states::Machine;

/// The place of a type within the record, as far as it shapes values.
pub(crate) struct Site<'a> {
    /// The field's name in snake case; empty outside any.
    pub(crate) field: &'a str,
    /// The enclosing record's name in snake case, without its namespace.
    pub(crate) record: &'a str,
    /// The field path that hints use; arrays, maps and unions do not appear in it.
    pub(crate) path: &'a str,
    /// The machine that leads the field: to a state where its hint says `states`, else to an entity's number.
    pub(crate) machine: Option<&'a Arc<Machine>>,
}
