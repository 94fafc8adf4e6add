//! What came out, told apart by the input that each record's header or traces name.
use std::sync::OnceLock;

use crate::counters::Counter;
use crate::histogram::{Histogram, Snapshot};
use crate::sequence::Arrival;

/// What came out of the records of one input. Written by one consumer, read by the sampler.
#[derive(Debug, Default)]
pub struct InputArrivals {
    /// Records with its header or its trace, including rows that are written again.
    pub consumed: Counter,
    /// Distinct records of it that came out.
    pub distinct: Counter,
    /// Arrivals of records of it that had arrived before.
    pub duplicated: Counter,
    /// Records of it for which the due time of the other records they combine is known too.
    pub joined: Counter,
    /// Those of them whose own record was due last, to the millisecond.
    pub last: Counter,
    /// Made for the first record: most inputs reach few outputs, and a histogram is large.
    end_to_end: OnceLock<Histogram>,
}

impl InputArrivals {
    /// Consumed − due of its own records, each counted when it first comes out.
    #[must_use]
    pub fn end_to_end(&self) -> Snapshot {
        self.end_to_end.get().map(Histogram::snapshot).unwrap_or_default()
    }

    /// Counts a record of it.
    #[inline(never)]
    pub(crate) fn take(&self, due_us: i64, arrival: Arrival, consumed_us: i64) {
        self.consumed.add(1);
        match arrival {
            Arrival::New | Arrival::OutOfOrder => {
                self.distinct.add(1);
                let histogram = self.end_to_end.get_or_init(Histogram::default);
                histogram.record_us(consumed_us.saturating_sub(due_us));
            }
            Arrival::Duplicate => self.duplicated.add(1),
            Arrival::Uncertain => {}
        }
    }

    /// Counts a record of it for which the latest due time of the other records it combines is known.
    pub(crate) fn meet(&self, due_us: i64, others_us: i64) {
        self.joined.add(1);
        self.last.add(u64::from(due_us >= others_us));
    }
}
