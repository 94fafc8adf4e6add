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
    /// How many workers send the input's events in turn: what each sends keeps its order.
    pub workers: u32,
}

/// An event of the load that a record comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TracedEvent {
    /// Its input.
    pub input: u16,
    /// Its number in the input's plan.
    pub event: u64,
    /// The worker that sent it.
    pub worker: u32,
    /// Its number among those of the worker.
    pub ordinal: u64,
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
            let workers = u64::from(self.workers.max(1));
            let (worker, ordinal) = (u32::try_from(event % workers).unwrap_or(0), event / workers);
            Traced::Event(TracedEvent { input: self.input, event, worker, ordinal, due_offset_ns })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::Segment;
    use crate::trace::codec::TraceKind;

    fn trace(first_event: u64, workers: u32) -> Trace {
        let segment = Segment { start_ns: 0, end_ns: 1_000_000_000, start_rate_per_s: 10.0, end_rate_per_s: 10.0 };
        let schedule = Arc::new(Schedule::new(vec![segment]).unwrap());
        let (path, codec) = (FieldPath::new(["id"]), Codec::new(TraceKind::Long, 3, ""));
        Trace { input: 2, path, codec, schedule, first_event, workers }
    }

    fn read(trace: &Trace, number: u64) -> Traced {
        trace.in_json(format!("{{\"id\":{}}}", trace.codec.whole(number)).as_bytes())
    }

    #[test]
    fn a_value_leads_to_the_event_its_due_time_and_the_worker_that_sent_it() {
        let expected = TracedEvent { input: 2, event: 7, worker: 1, ordinal: 2, due_offset_ns: 750_000_000 };
        assert_eq!(read(&trace(0, 3), 7), Traced::Event(expected));
        assert_eq!(read(&trace(0, 3), 10), Traced::Foreign, "no event of the plan");
    }

    #[test]
    fn what_was_sent_before_the_load_is_no_event_of_it() {
        let loaded = trace(100, 1);
        assert_eq!(read(&loaded, 99), Traced::Absent);
        let first = TracedEvent { input: 2, event: 0, worker: 0, ordinal: 0, due_offset_ns: 50_000_000 };
        assert_eq!(read(&loaded, 100), Traced::Event(first));
        assert_eq!(read(&loaded, 110), Traced::Foreign);
    }

    #[test]
    fn a_batch_has_as_many_traces_for_each_record() {
        let mut records = TracedRecords::with_capacity(2, 2);
        for each in [Traced::Absent, Traced::Foreign, Traced::Foreign, Traced::Absent] {
            records.push(each);
        }
        assert_eq!(records.records(), 2);
        assert_eq!((records.of(1), records.of(2)), (&[Traced::Foreign, Traced::Absent][..], &[][..]));
    }
}
