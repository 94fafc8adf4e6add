//! Everything measured in one run, written by producer and consumer, read by the sampler, without a lock between them.
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::by_input::InputArrivals;
use crate::counters::Counters;
use crate::delays::{DEFAULT_CAPACITY, SendDelays};
use crate::fault::{FaultCounters, FaultKind};
use crate::header::{Header, Kind};
use crate::histogram::Histogram;
use crate::noted::{NotedEvent, NotedEvents, NotedKind};
use crate::pacer::LATE_THRESHOLD_NS;
use crate::seconds::Seconds;
use crate::sequence::{Arrival, SequenceTracker};
use crate::trace::reader::{Traced, TracedEvent, TracedRecords};

const NONE_YET_US: i64 = i64::MIN;

/// The latencies a run measures. Corrected ones begin when the record was due, uncorrected ones when it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Latency {
    /// Sent − due.
    GeneratorDelay,
    /// Delivery report − due.
    Ack,
    /// Delivery report − sent.
    AckUncorrected,
    /// Consumed − due.
    EndToEnd,
    /// Consumed − sent.
    EndToEndUncorrected,
    /// Appended to the output − due, in whole milliseconds: Kafka's timestamps have no more.
    Append,
    /// Consumed − appended to the output, in whole milliseconds.
    OutputWait,
}

impl Latency {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::GeneratorDelay,
        Self::Ack,
        Self::AckUncorrected,
        Self::EndToEnd,
        Self::EndToEndUncorrected,
        Self::Append,
        Self::OutputWait,
    ];

    /// The name used everywhere.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::GeneratorDelay => "generator_delay",
            Self::Ack => "ack",
            Self::AckUncorrected => "ack_uncorrected",
            Self::EndToEnd => "end_to_end",
            Self::EndToEndUncorrected => "end_to_end_uncorrected",
            Self::Append => "append",
            Self::OutputWait => "output_wait",
        }
    }

    /// The latency of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|latency| latency.name() == name)
    }
}

/// What a consumed record brought with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A header that could be read.
    Header(Header),
    /// The header of one of the records of several inputs that it combines.
    Joint(Header),
    /// A header of another version, so of another run.
    OtherVersion,
    /// Bytes that are no header.
    Malformed,
    /// No header, but a timestamp that carries a due time, in ms since the epoch.
    Timestamp(i64),
    /// Neither.
    Unknown,
}

/// A record that came out at the far end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrived {
    /// What it says about where it comes from.
    pub origin: Origin,
    /// Its partition in the output topic.
    pub partition: u32,
    /// The length of its value.
    pub value_bytes: u64,
    /// When the broker appended it to the output, in ms since the epoch; negative where it does not say.
    pub appended_ms: i64,
    /// Whether it only takes back a row that was written before: then its timestamp is of that row.
    pub retraction: bool,
    /// For [`Origin::Joint`] and traced records, the due time of another record, in ms since the epoch; negative where
    /// none is known.
    pub others_ms: i64,
    /// Its offset in the partition; negative where that is not known.
    pub offset: i64,
}

/// An event that a record comes from: by its header, or by a trace.
#[derive(Debug, Clone, Copy)]
struct Event {
    input: u16,
    worker: u32,
    /// Among those of its worker.
    number: u64,
    due_us: i64,
    /// Its number in the plan, where a trace tells it.
    planned: Option<u64>,
}

impl Event {
    const fn of(header: &Header) -> Self {
        let Header { input, worker, number, due_us, .. } = *header;
        Self { input, worker, number, due_us, planned: None }
    }

    /// Who numbered it.
    const fn sender(&self) -> u64 {
        (self.input as u64) << 32 | self.worker as u64
    }
}

/// How a batch of consumed records was counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Consumed {
    /// Records of the load.
    pub consumed: u64,
    /// Probe records, not among the others.
    pub probes: u64,
    /// Records of another run, not among the others.
    pub other_runs: u64,
    /// Records of the load without a due time.
    pub unmeasured: u64,
    /// Indexes of the records that are no part of this run's load, ascending.
    pub left_out: Vec<usize>,
}

/// The meters of one worker of one run, for one input.
#[derive(Debug)]
pub struct Meters {
    kind: Kind,
    input: u16,
    worker: u32,
    run: u64,
    /// The totals.
    pub counters: Counters,
    /// The faults that were injected on purpose.
    pub faults: FaultCounters,
    /// Records sent, by second of the run.
    pub seconds: Seconds,
    delays: SendDelays,
    excluded: AtomicU64,
    newest_due_us: AtomicI64,
    /// By the input in the header; empty where there is nothing to tell apart.
    by_input: Box<[InputArrivals]>,
    /// Only the consumer writes and only once a batch, so nobody waits here in practice.
    sequence: Mutex<SequenceTracker>,
    histograms: [Histogram; Latency::ALL.len()],
    /// The first events that went wrong.
    pub noted: NotedEvents,
}

impl Meters {
    /// Meters that have counted nothing; `worker` and `run` go into every record's header.
    #[must_use]
    pub fn new(worker: u32, run: u64) -> Self {
        Self {
            kind: Kind::Load,
            input: 0,
            worker,
            run,
            counters: Counters::default(),
            faults: FaultCounters::default(),
            seconds: Seconds::default(),
            delays: SendDelays::new(DEFAULT_CAPACITY),
            excluded: AtomicU64::new(0),
            newest_due_us: AtomicI64::new(NONE_YET_US),
            by_input: Box::default(),
            sequence: Mutex::default(),
            histograms: std::array::from_fn(|_| Histogram::default()),
            noted: NotedEvents::default(),
        }
    }

    /// The same for records that go to an input other than the first.
    #[must_use]
    pub fn of_input(self, input: u16) -> Self {
        Self { input, ..self }
    }

    /// The same for reading back the records of several inputs, told apart by their headers.
    #[must_use]
    pub fn telling_apart(self, inputs: u16) -> Self {
        Self { by_input: (0..inputs).map(|_| InputArrivals::default()).collect(), ..self }
    }

    /// The same for records that are no part of the load: they are sent before it.
    #[must_use]
    pub fn before_the_load(self) -> Self {
        Self { kind: Kind::Probe, ..self }
    }

    /// The worker these meters belong to.
    #[must_use]
    pub const fn worker(&self) -> u32 {
        self.worker
    }

    /// The histogram of a latency.
    #[must_use]
    pub const fn histogram(&self, latency: Latency) -> &Histogram {
        &self.histograms[latency as usize]
    }

    /// What came out of the records of an input; `None` where inputs are not told apart, or it does not exist.
    #[must_use]
    pub fn of(&self, input: u16) -> Option<&InputArrivals> {
        self.by_input.get(usize::from(input))
    }

    /// Counts a record that goes out now, and gives it its header.
    ///
    /// `fault` is the one put into it on purpose. Where no pipeline can be expected to bring the record out, it is numbered
    /// apart and marked, so that it is never taken for a lost one.
    pub fn send(&self, due_ns: i64, sent_ns: i64, record_bytes: u64, fault: Option<FaultKind>) -> Header {
        self.histogram(Latency::GeneratorDelay).record_ns(sent_ns.saturating_sub(due_ns));
        self.counters.sent.add(1);
        self.counters.sent_bytes.add(record_bytes);
        self.seconds.count(sent_ns);
        // Between whole microseconds, so that due time and delay add up to the send time without a rounding error.
        let due_us = due_ns.div_euclid(1_000);
        let (input, worker, run) = (self.input, self.worker, self.run);
        if let Some(fault) = fault {
            self.faults.send(fault);
            if fault.is_excluded() {
                let number = self.excluded.fetch_add(1, Ordering::Relaxed);
                return Header { kind: Kind::Excluded, input, worker, number, due_us, run };
            }
        }
        let number = self.delays.push_us(sent_ns.div_euclid(1_000) - due_us);
        if sent_ns.saturating_sub(due_ns) > LATE_THRESHOLD_NS {
            self.noted.note(NotedKind::Late, || {
                let seen_us = sent_ns.div_euclid(1_000);
                NotedEvent { input, worker, number, traced: false, due_us, seen_us, place: None }
            });
        }
        Header { kind: self.kind, input, worker, number, due_us, run }
    }

    /// Counts a record that the broker acknowledged.
    pub fn deliver(&self, due_ns: i64, sent_ns: i64, now_ns: i64, fault: Option<FaultKind>) {
        self.counters.delivered.add(1);
        if let Some(kind) = fault {
            self.faults.deliver(kind);
        }
        self.histogram(Latency::Ack).record_ns(now_ns.saturating_sub(due_ns));
        self.histogram(Latency::AckUncorrected).record_ns(now_ns.saturating_sub(sent_ns));
    }

    /// The latest due time among the consumed records, ns since the epoch.
    #[must_use]
    pub fn newest_due_ns(&self) -> Option<i64> {
        let newest_due_us = self.newest_due_us.load(Ordering::Relaxed);
        (newest_due_us != NONE_YET_US).then(|| newest_due_us.saturating_mul(1_000))
    }

    /// Which of the records with a header have arrived, twice, or in another order.
    pub fn sequence(&self) -> MutexGuard<'_, SequenceTracker> {
        self.sequence.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts records that came out at the far end, all received at `consumed_ns`. A probe is counted as a probe, a record
    /// of another run as that, and nowhere else.
    ///
    /// With a header, a record is timed when it first comes out: a row that is written again has an old due time. With
    /// only a timestamp, repeated rows cannot be recognised, so every record except retractions is timed. The same holds
    /// for a joint record, because the record in its header can have several partners. A timestamp from before the start
    /// belongs to another run: nothing of this one was due.
    pub fn consume(&self, records: &[Arrived], consumed_ns: i64) -> Consumed {
        self.consume_traced(records, None, consumed_ns)
    }

    /// The same for records of which traces tell the events that they come from.
    ///
    /// A record of several events counts from the latest of their due times, when the first of them comes out for the first
    /// time; one of which each event had come out before is a row that is written again, and not timed.
    pub fn consume_traced(&self, records: &[Arrived], traces: Option<&TracedRecords>, consumed_ns: i64) -> Consumed {
        let consumed_us = consumed_ns.div_euclid(1_000);
        let first_due_ms = self.seconds.start_ns().map_or(i64::MAX, |start_ns| start_ns.div_euclid(1_000_000));
        let mut outcome = Consumed::default();
        let (mut bytes, mut malformed, mut unrecovered, mut excluded) = (0, 0, 0, 0);
        let mut newest_due_us = NONE_YET_US;
        let mut sequence = self.sequence();
        for (index, record) in records.iter().enumerate() {
            let &Arrived { origin, value_bytes, appended_ms, retraction, .. } = record;
            if self.is_of_another_run(&origin, first_due_ms) {
                outcome.other_runs += 1;
                outcome.left_out.push(index);
                continue;
            }
            let traced = traces.map_or(&[][..], |traces| traces.of(index));
            let known = traced.iter().any(|each| matches!(each, Traced::Event(_)));
            self.counters.foreign.add(u64::from(!known && traced.contains(&Traced::Foreign)));
            match origin {
                Origin::Header(Header { kind: Kind::Probe, .. }) | Origin::Joint(Header { kind: Kind::Probe, .. }) => {
                    outcome.probes += 1;
                    outcome.left_out.push(index);
                    continue;
                }
                Origin::Header(Header { kind: Kind::Excluded, input, .. })
                | Origin::Joint(Header { kind: Kind::Excluded, input, .. }) => {
                    excluded += 1;
                    if let Some(of_input) = self.of(input) {
                        of_input.consumed.add(1);
                    }
                }
                _ if known => match self.consume_events(&mut sequence, traced, record, consumed_us) {
                    Some(due_us) => newest_due_us = newest_due_us.max(due_us),
                    None => outcome.unmeasured += 1,
                },
                Origin::Header(header) => {
                    let arrival = self.observe(&mut sequence, &Event::of(&header), record, consumed_us);
                    newest_due_us = newest_due_us.max(header.due_us);
                    if matches!(arrival, Arrival::New | Arrival::OutOfOrder) {
                        unrecovered += u64::from(!self.measure(&header, consumed_us));
                        if appended_ms >= 0 {
                            self.measure_append(header.due_us, appended_ms, consumed_us);
                        }
                    }
                }
                Origin::Joint(header) => {
                    newest_due_us = newest_due_us.max(self.consume_joint(&mut sequence, &header, record, consumed_us));
                    unrecovered += u64::from(!retraction);
                }
                Origin::Timestamp(_) if retraction => {}
                Origin::Timestamp(due_ms) => {
                    let due_us = due_ms.saturating_mul(1_000);
                    newest_due_us = newest_due_us.max(due_us);
                    self.histogram(Latency::EndToEnd).record_us(consumed_us.saturating_sub(due_us));
                    unrecovered += 1;
                }
                Origin::Malformed | Origin::Unknown | Origin::OtherVersion => {
                    outcome.unmeasured += 1;
                    malformed += u64::from(origin == Origin::Malformed);
                }
            }
            outcome.consumed += 1;
            bytes += value_bytes;
        }
        drop(sequence);
        self.newest_due_us.fetch_max(newest_due_us, Ordering::Relaxed);
        self.counters.consumed.add(outcome.consumed);
        self.counters.consumed_bytes.add(bytes);
        self.counters.probes.add(outcome.probes);
        self.counters.other_runs.add(outcome.other_runs);
        self.counters.unmeasured.add(outcome.unmeasured);
        self.counters.malformed_headers.add(malformed);
        self.counters.unrecovered.add(unrecovered);
        self.faults.consumed_excluded.add(excluded);
        outcome
    }

    /// Whether another run sent a record, as far as it says.
    const fn is_of_another_run(&self, origin: &Origin, first_due_ms: i64) -> bool {
        match origin {
            Origin::Header(header) | Origin::Joint(header) => header.run != self.run,
            Origin::OtherVersion => true,
            Origin::Timestamp(due_ms) => *due_ms < first_due_ms,
            Origin::Malformed | Origin::Unknown => false,
        }
    }

    /// Splits a record's way at its append to the output. Both ends are cut to the millisecond, so that the broker's
    /// coarser clock alone makes no latency negative.
    fn measure_append(&self, due_us: i64, appended_ms: i64, consumed_us: i64) {
        let between_us = |from_ms: i64, to_ms: i64| to_ms.saturating_sub(from_ms).saturating_mul(1_000);
        self.histogram(Latency::Append).record_us(between_us(due_us.div_euclid(1_000), appended_ms));
        self.histogram(Latency::OutputWait).record_us(between_us(appended_ms, consumed_us.div_euclid(1_000)));
    }

    /// Counts a record that combines several and carries the header of one; returns when the last of them was due.
    #[cold]
    fn consume_joint(
        &self,
        sequence: &mut SequenceTracker,
        header: &Header,
        record: &Arrived,
        consumed_us: i64,
    ) -> i64 {
        self.observe(sequence, &Event::of(header), record, consumed_us);
        let others_us = (record.others_ms >= 0).then(|| record.others_ms.saturating_mul(1_000));
        if let (Some(of_input), Some(others_us)) = (self.of(header.input), others_us) {
            of_input.meet(header.due_us, others_us);
        }
        let due_us = others_us.map_or(header.due_us, |others_us| others_us.max(header.due_us));
        if !record.retraction {
            self.histogram(Latency::EndToEnd).record_us(consumed_us.saturating_sub(due_us));
            if record.appended_ms >= 0 {
                self.measure_append(due_us, record.appended_ms, consumed_us);
            }
        }
        due_us
    }

    /// Takes note of an event that a record comes from.
    fn observe(&self, sequence: &mut SequenceTracker, event: &Event, record: &Arrived, consumed_us: i64) -> Arrival {
        let arrival = sequence.observe(event.sender(), event.number, record.partition);
        if let Some(of_input) = self.of(event.input) {
            of_input.take(event.due_us, arrival, consumed_us);
        }
        let kind = match arrival {
            Arrival::Duplicate => NotedKind::Duplicated,
            Arrival::OutOfOrder => NotedKind::OutOfOrder,
            Arrival::New | Arrival::Uncertain => return arrival,
        };
        let &Event { input, worker, due_us, planned, .. } = event;
        let (number, traced) = (planned.unwrap_or(event.number), planned.is_some());
        let place = (record.offset >= 0).then_some((record.partition, record.offset));
        self.noted.note(kind, || NotedEvent { input, worker, number, traced, due_us, seen_us: consumed_us, place });
        arrival
    }

    /// Counts a record by the events that its traces, and its header if it has one, tell; returns when the last of them was
    /// due, or `None` where they tell of none.
    fn consume_events(
        &self,
        sequence: &mut SequenceTracker,
        traced: &[Traced],
        record: &Arrived,
        consumed_us: i64,
    ) -> Option<i64> {
        let start_ns = self.seconds.start_ns().unwrap_or(i64::MAX);
        let mut latest_us = (record.others_ms >= 0).then(|| record.others_ms.saturating_mul(1_000));
        let (mut foreign, mut new) = (false, false);
        let header = match &record.origin {
            Origin::Header(header) | Origin::Joint(header) => Some(Event::of(header)),
            _ => None,
        };
        let mut events: Vec<Event> = Vec::with_capacity(traced.len() + 1);
        for each in traced {
            match each {
                Traced::Absent => {}
                Traced::Foreign => foreign = true,
                Traced::Event(event) => {
                    let due_us = start_ns.saturating_add(event.due_offset_ns).div_euclid(1_000);
                    // Nothing comes out before it is due: such a value is another's that happens to have a number.
                    foreign |= due_us > consumed_us;
                    if due_us <= consumed_us {
                        let &TracedEvent { input, event: planned, worker, ordinal: number, .. } = event;
                        events.push(Event { input, worker, number, due_us, planned: Some(planned) });
                    }
                }
            }
        }
        events.extend(header.filter(|header| events.iter().all(|event| event.input != header.input)));
        self.counters.foreign.add(u64::from(foreign));
        if events.is_empty() {
            return None;
        }
        if record.retraction {
            return Some(NONE_YET_US);
        }
        for event in &events {
            let arrival = self.observe(sequence, event, record, consumed_us);
            new |= matches!(arrival, Arrival::New | Arrival::OutOfOrder);
            latest_us = latest_us.max(Some(event.due_us));
        }
        let due_us = latest_us?;
        if events.len() > 1 {
            for event in &events {
                if let Some(of_input) = self.of(event.input) {
                    of_input.meet(event.due_us, due_us);
                }
            }
        }
        self.counters.repeated.add(u64::from(!new));
        if new {
            self.histogram(Latency::EndToEnd).record_us(consumed_us.saturating_sub(due_us));
            self.counters.unrecovered.add(1);
            if record.appended_ms >= 0 {
                self.measure_append(due_us, record.appended_ms, consumed_us);
            }
        }
        Some(due_us)
    }

    /// Measures one record and says whether its actual send time was still known.
    fn measure(&self, header: &Header, consumed_us: i64) -> bool {
        let latency_us = consumed_us.saturating_sub(header.due_us);
        self.histogram(Latency::EndToEnd).record_us(latency_us);
        if (header.input, header.worker) != (self.input, self.worker) {
            return false;
        }
        let Some(delay_us) = self.delays.get_us(header.number) else { return false };
        self.histogram(Latency::EndToEndUncorrected).record_us(latency_us.saturating_sub(delay_us.into()));
        true
    }
}
