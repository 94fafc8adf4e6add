//! The faults that are injected on purpose: their names, and how many of each went out.
use std::collections::BTreeMap;

use crate::counters::Counter;

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The record's event time lies far back.
    Late,
    /// The record's event time lies a little before that of records sent earlier.
    OutOfOrder,
    /// The record of an earlier event once more.
    Duplicates,
    /// A nullable field that is null.
    Nulls,
    /// The value is cut off.
    Corrupt,
    /// The framing names a schema that no registry has.
    UnknownSchemaId,
    /// A field's value lies outside what its hint allows.
    RuleViolations,
    /// The value is very long.
    Oversized,
    /// No value at all.
    Tombstones,
}

impl FaultKind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Late,
        Self::OutOfOrder,
        Self::Duplicates,
        Self::Nulls,
        Self::Corrupt,
        Self::UnknownSchemaId,
        Self::RuleViolations,
        Self::Oversized,
        Self::Tombstones,
    ];

    /// The name used everywhere.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Late => "late",
            Self::OutOfOrder => "out_of_order",
            Self::Duplicates => "duplicates",
            Self::Nulls => "nulls",
            Self::Corrupt => "corrupt",
            Self::UnknownSchemaId => "unknown_schema_id",
            Self::RuleViolations => "rule_violations",
            Self::Oversized => "oversized",
            Self::Tombstones => "tombstones",
        }
    }

    /// Whether no pipeline can be expected to bring such a record out: it has no value, or none that can be read.
    #[must_use]
    pub const fn is_excluded(self) -> bool {
        matches!(self, Self::Corrupt | Self::UnknownSchemaId | Self::Tombstones)
    }
}

/// How many records with each fault were handed out, and how many of them the broker acknowledged.
#[derive(Debug, Default)]
pub struct FaultCounters {
    sent: [Counter; 9],
    delivered: [Counter; 9],
    /// Consumed records of an excluded kind: a pipeline that does not read values brings them out.
    pub consumed_excluded: Counter,
}

impl FaultCounters {
    /// Counts a record handed to the Kafka client.
    pub fn send(&self, kind: FaultKind) {
        self.sent[kind as usize].add(1);
    }

    /// Counts an acknowledged record.
    pub fn deliver(&self, kind: FaultKind) {
        self.delivered[kind as usize].add(1);
    }

    /// Records of each kind that were sent; kinds that never were are left out.
    #[must_use]
    pub fn sent(&self) -> BTreeMap<&'static str, u64> {
        table(&self.sent)
    }

    /// Records of each kind that were acknowledged; kinds that never were are left out.
    #[must_use]
    pub fn delivered(&self) -> BTreeMap<&'static str, u64> {
        table(&self.delivered)
    }

    /// Acknowledged records that no pipeline can be expected to bring out.
    #[must_use]
    pub fn delivered_excluded(&self) -> u64 {
        let excluded = FaultKind::ALL.into_iter().filter(|kind| kind.is_excluded());
        excluded.map(|kind| self.delivered[kind as usize].get()).sum()
    }
}

fn table(counters: &[Counter; 9]) -> BTreeMap<&'static str, u64> {
    let counts = FaultKind::ALL.into_iter().map(|kind| (kind.name(), counters[kind as usize].get()));
    counts.filter(|(_, count)| *count > 0).collect()
}
