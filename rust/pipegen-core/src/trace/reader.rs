//! Reads the traces of the records of one output, and looks up when their events were due.

use std::sync::Arc;

use super::codec::Codec;
use super::field::{FieldPath, Found};
use crate::avro::Schema;
use crate::schedule::Schedule;

/// A field of the output that identifies the events of one input.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The input's number, as in headers.
    pub input: u16,
    /// Where it stands in a record.
    pub path: FieldPath,
    /// What made its values.
    pub codec: Codec,
    /// When each event is due.
    pub schedule: Arc<Schedule>,
    /// Numbers below it were sent before the load.
    pub first_event: u64,
}

/// An event of the load that a record comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TracedEvent {
    /// Its input.
    pub input: u16,
    /// Its number in the input's plan.
    pub event: u64,
    /// When it was due, since the start of the load.
    pub due_offset_ns: i64,
}

/// What the traces of a record say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Traced {
    /// Nothing: null, or a record from before the load.
    Absent,
    /// A value that is not PipeGen's.
    Foreign,
    /// The event.
    Event(TracedEvent),
}

impl Trace {
    /// What the field says in a JSON value.
    #[must_use]
    pub fn in_json(&self, json: &[u8]) -> Traced {
        self.traced(self.path.in_json(json, &self.codec, self.limit()))
    }

    /// What the field says in a value of an Avro schema.
    #[must_use]
    pub fn in_avro(&self, schema: &Schema, binary: &[u8]) -> Traced {
        self.traced(self.path.in_avro(schema, binary, &self.codec, self.limit()))
    }

    fn limit(&self) -> u64 {
        self.first_event.saturating_add(self.schedule.total_events())
    }

    fn traced(&self, found: Found) -> Traced {
        let number = match found {
            Found::Absent => return Traced::Absent,
            Found::Foreign => return Traced::Foreign,
            Found::Number(number) => number,
        };
        let Some(event) = number.checked_sub(self.first_event) else { return Traced::Absent };
        self.schedule.due_ns(event).map_or(Traced::Foreign, |due_offset_ns| {
            Traced::Event(TracedEvent { input: self.input, event, due_offset_ns })
        })
    }
}

/// The traces of a batch of records: for each record one of each trace, in their order.
#[derive(Clone, Debug, Default)]
pub struct TracedRecords {
    traces: usize,
    found: Vec<Traced>,
}

impl TracedRecords {
    /// Room for so many records with so many traces each.
    #[must_use]
    pub fn with_capacity(traces: usize, records: usize) -> Self {
        Self { traces, found: Vec::with_capacity(traces * records) }
    }

    /// Adds what a trace says of the record at hand.
    pub fn push(&mut self, traced: Traced) {
        self.found.push(traced);
    }

    /// How many records it has.
    #[must_use]
    pub fn records(&self) -> usize {
        self.found.len().checked_div(self.traces).unwrap_or(0)
    }

    /// What the traces of a record say; nothing for a record that there is not.
    #[must_use]
    pub fn of(&self, record: usize) -> &[Traced] {
        self.found.chunks_exact(self.traces.max(1)).nth(record).unwrap_or_default()
    }
}
