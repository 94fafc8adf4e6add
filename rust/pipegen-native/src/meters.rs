//! The binding of the meters.
use std::collections::BTreeMap;
use std::ffi::CString;
use std::sync::Arc;

use pipegen_core::header::{Header, HeaderError};
use pipegen_core::meters::{Arrived, Latency, Meters as CoreMeters, Origin};
use pipegen_core::noted::{NotedEvent as CoreNoted, NotedKind};
use pipegen_core::record_buffer::{ExtraHeader, RecordBuffer};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::arguments::{DETACH_FROM, Int, same_length};
use crate::batch::RecordBatch;
use crate::clock::clock_ns;
use crate::histogram::HistogramSnapshot;
use crate::pacer::Permits;
use crate::trace::TracedRecords;

/// A part of a record: bytes, or `None` for Kafka's null.
type Part<'py> = Option<Bound<'py, PyBytes>>;

/// Every total of a run at one moment.
#[pyclass(frozen, get_all, module = "pipegen._native")]
pub(crate) struct Totals {
    sent: u64,
    sent_bytes: u64,
    delivered: u64,
    failed: u64,
    failures: BTreeMap<String, u64>,
    consumed: u64,
    consumed_bytes: u64,
    undecodable: u64,
    probes: u64,
    other_runs: u64,
    unmeasured: u64,
    foreign: u64,
    repeated: u64,
    malformed_headers: u64,
    unrecovered: u64,
    distinct: u64,
    duplicated: u64,
    out_of_order: u64,
    uncertain: u64,
    newest_due_ns: Option<i64>,
    injected: BTreeMap<&'static str, u64>,
    injected_delivered: BTreeMap<&'static str, u64>,
    excluded_delivered: u64,
    excluded_consumed: u64,
}

/// What `Meters.consumed` made of a batch.
#[pyclass(frozen, get_all, module = "pipegen._native")]
pub(crate) struct ConsumedBatch {
    count: u64,
    probes: u64,
    other_runs: u64,
    unmeasured: u64,
    left_out: Vec<usize>,
}

/// What came out of the records of one input.
#[pyclass(frozen, get_all, module = "pipegen._native")]
pub(crate) struct InputArrivals {
    consumed: u64,
    distinct: u64,
    duplicated: u64,
    joined: u64,
    last: u64,
    end_to_end: Py<HistogramSnapshot>,
}

/// An event that went wrong, and where it was seen.
#[pyclass(frozen, get_all, module = "pipegen._native")]
pub(crate) struct NotedEvent {
    input_index: u16,
    worker: u32,
    number: u64,
    traced: bool,
    due_us: i64,
    seen_us: i64,
    partition: Option<u32>,
    offset: Option<i64>,
}

impl From<CoreNoted> for NotedEvent {
    fn from(noted: CoreNoted) -> Self {
        let CoreNoted { input, worker, number, traced, due_us, seen_us, place } = noted;
        let (partition, offset) = place.unzip();
        Self { input_index: input, worker, number, traced, due_us, seen_us, partition, offset }
    }
}

/// Everything measured in one run.
#[pyclass(frozen, module = "pipegen._native")]
pub(crate) struct Meters(pub(crate) Arc<CoreMeters>);

#[pymethods]
impl Meters {
    #[new]
    #[pyo3(
        signature = (*, worker = Int::Value(0), run = Int::Value(0), input_index = Int::Value(0), before_load = false, inputs = Int::Value(0)),
        text_signature = "(*, worker=0, run=0, input_index=0, before_load=False, inputs=0)"
    )]
    fn new(worker: Int, run: Int, input_index: Int, before_load: bool, inputs: Int) -> PyResult<Self> {
        let meters = CoreMeters::new(worker.small("worker", 0)?, run.unsigned("run")?)
            .of_input(input_number(input_index, "input_index")?)
            .telling_apart(input_number(inputs, "inputs")?);
        Ok(Self(Arc::new(if before_load { meters.before_the_load() } else { meters })))
    }

    #[getter]
    fn worker(&self) -> u32 {
        self.0.worker()
    }

    fn start(&self, start_ns: Int) -> PyResult<()> {
        self.0.seconds.start(start_ns.signed("start_ns")?);
        Ok(())
    }

    #[pyo3(signature = (permits, values, keys = None, headers = None))]
    fn batch(
        &self,
        permits: &Bound<'_, Permits>,
        values: Vec<Part<'_>>,
        keys: Option<Vec<Part<'_>>>,
        headers: Option<Vec<Vec<(CString, Part<'_>)>>>,
    ) -> PyResult<RecordBatch> {
        if let Some(keys) = &keys {
            same_length("keys", keys.len(), "values", values.len())?;
        }
        if let Some(headers) = &headers {
            same_length("headers", headers.len(), "values", values.len())?;
        }
        let mut records = RecordBuffer::with_capacity(values.len(), 64);
        for (index, value) in values.iter().enumerate() {
            let key = keys.as_ref().and_then(|keys| keys[index].as_ref());
            records.push(
                key.map(pyo3::types::PyBytesMethods::as_bytes),
                value.as_ref().map(pyo3::types::PyBytesMethods::as_bytes),
            );
            if let Some(headers) = &headers {
                records.add_headers(headers[index].iter().map(|(name, value)| ExtraHeader {
                    name: name.clone(),
                    value: value.as_ref().map(|value| value.as_bytes().to_vec()),
                }));
            }
        }
        RecordBatch::new(Arc::clone(&self.0), Arc::clone(&permits.get().0), records)
    }

    fn record_failed(&self, error_class: &str) {
        self.0.counters.fail(error_class);
    }

    fn record_undecodable(&self, count: Int) -> PyResult<()> {
        self.0.counters.undecodable.add(count.unsigned("count")?);
        Ok(())
    }

    #[pyo3(signature = (
        headers, *, value_bytes, partitions, consumed_ns, timestamps_ms = None, appended_ms = None, retractions = None,
        joint = false, offsets = None, traces = None
    ))]
    #[expect(clippy::too_many_arguments, reason = "keywords of one Python call")]
    fn consumed(
        &self,
        py: Python<'_>,
        headers: Vec<Part<'_>>,
        value_bytes: Vec<Int>,
        partitions: Vec<Int>,
        consumed_ns: Int,
        timestamps_ms: Option<Vec<Int>>,
        appended_ms: Option<Vec<Int>>,
        retractions: Option<Vec<bool>>,
        joint: bool,
        offsets: Option<Vec<Int>>,
        traces: Option<&Bound<'_, TracedRecords>>,
    ) -> PyResult<ConsumedBatch> {
        same_length("value_bytes", value_bytes.len(), "headers", headers.len())?;
        same_length("partitions", partitions.len(), "headers", headers.len())?;
        for (name, times) in [("timestamps_ms", &timestamps_ms), ("appended_ms", &appended_ms)] {
            if let Some(times) = times {
                same_length(name, times.len(), "headers", headers.len())?;
            }
        }
        if let Some(retractions) = &retractions {
            same_length("retractions", retractions.len(), "headers", headers.len())?;
        }
        if let Some(offsets) = &offsets {
            same_length("offsets", offsets.len(), "headers", headers.len())?;
        }
        let traces = traces.map(|traces| &traces.get().0);
        if let Some(traces) = traces {
            same_length("traces", traces.records(), "headers", headers.len())?;
        }
        let consumed_ns = consumed_ns.signed("consumed_ns")?;
        let mut records = Vec::with_capacity(headers.len());
        for (index, (header, value_bytes)) in headers.iter().zip(value_bytes).enumerate() {
            let timestamp_ms = time_at(timestamps_ms.as_deref(), index, "timestamps_ms")?;
            let origin = match origin_of(header.as_ref().map(pyo3::types::PyBytesMethods::as_bytes), timestamp_ms) {
                Origin::Header(header) if joint => Origin::Joint(header),
                origin => origin,
            };
            records.push(Arrived {
                origin,
                partition: partitions[index].small("partitions", 0)?,
                value_bytes: value_bytes.unsigned("value_bytes")?,
                appended_ms: time_at(appended_ms.as_deref(), index, "appended_ms")?,
                retraction: retractions.as_ref().is_some_and(|retractions| retractions[index]),
                others_ms: timestamp_ms,
                offset: time_at(offsets.as_deref(), index, "offsets")?,
            });
        }
        let count = || self.0.consume_traced(&records, traces, consumed_ns);
        let outcome = if records.len() >= DETACH_FROM { py.detach(count) } else { count() };
        Ok(ConsumedBatch {
            count: outcome.consumed,
            probes: outcome.probes,
            other_runs: outcome.other_runs,
            unmeasured: outcome.unmeasured,
            left_out: outcome.left_out,
        })
    }

    fn totals(&self) -> Totals {
        let counters = &self.0.counters;
        let (distinct, duplicated, out_of_order, uncertain) = {
            let sequence = self.0.sequence();
            (sequence.distinct(), sequence.duplicated(), sequence.out_of_order(), sequence.uncertain())
        };
        Totals {
            sent: counters.sent.get(),
            sent_bytes: counters.sent_bytes.get(),
            delivered: counters.delivered.get(),
            failed: counters.failed.get(),
            failures: counters.failures(),
            consumed: counters.consumed.get(),
            consumed_bytes: counters.consumed_bytes.get(),
            undecodable: counters.undecodable.get(),
            probes: counters.probes.get(),
            other_runs: counters.other_runs.get(),
            unmeasured: counters.unmeasured.get(),
            foreign: counters.foreign.get(),
            repeated: counters.repeated.get(),
            malformed_headers: counters.malformed_headers.get(),
            unrecovered: counters.unrecovered.get(),
            distinct,
            duplicated,
            out_of_order,
            uncertain,
            newest_due_ns: self.0.newest_due_ns(),
            injected: self.0.faults.sent(),
            injected_delivered: self.0.faults.delivered(),
            excluded_delivered: self.0.faults.delivered_excluded(),
            excluded_consumed: self.0.faults.consumed_excluded.get(),
        }
    }

    fn arrivals(&self, py: Python<'_>, input_index: Int) -> PyResult<InputArrivals> {
        let input = input_number(input_index, "input_index")?;
        let found = self.0.of(input).ok_or_else(|| {
            PyValueError::new_err(format!("the meters do not tell input {input} apart: see Meters(inputs=…)"))
        })?;
        Ok(InputArrivals {
            consumed: found.consumed.get(),
            distinct: found.distinct.get(),
            duplicated: found.duplicated.get(),
            joined: found.joined.get(),
            last: found.last.get(),
            end_to_end: Py::new(py, HistogramSnapshot::from(found.end_to_end()))?,
        })
    }

    fn noted(&self, name: &str) -> PyResult<Vec<NotedEvent>> {
        let kind = NotedKind::ALL.into_iter().find(|kind| kind.name() == name).ok_or_else(|| {
            let names = NotedKind::ALL.map(NotedKind::name).join(", ");
            PyValueError::new_err(format!("there are no events noted as {name:?}; there are {names}"))
        })?;
        Ok(self.0.noted.of(kind).into_iter().map(NotedEvent::from).collect())
    }

    #[pyo3(signature = (*, end, most, input_index = Int::Value(0), worker = Int::Value(0)),
           text_signature = "($self, *, end, most, input_index=0, worker=0)")]
    fn missing(&self, end: Int, most: Int, input_index: Int, worker: Int) -> PyResult<Vec<u64>> {
        let sender = u64::from(input_number(input_index, "input_index")?) << 32 | u64::from(worker.small("worker", 0)?);
        let most = usize::try_from(most.unsigned("most")?).unwrap_or(usize::MAX);
        Ok(self.0.sequence().missing(sender, end.unsigned("end")?, most))
    }

    fn histogram(&self, name: &str) -> PyResult<HistogramSnapshot> {
        let latency = Latency::named(name).ok_or_else(|| {
            let names = Latency::ALL.map(Latency::name).join(", ");
            PyValueError::new_err(format!("there is no histogram {name:?}; there are {names}"))
        })?;
        Ok(self.0.histogram(latency).snapshot().into())
    }

    #[pyo3(signature = (*, first_second = Int::Value(0)), text_signature = "($self, *, first_second=0)")]
    fn sent_per_second(&self, first_second: Int) -> PyResult<Vec<u32>> {
        let first_second = usize::try_from(first_second.unsigned("first_second")?).unwrap_or(usize::MAX);
        Ok(self.0.seconds.until(clock_ns(), first_second))
    }
}

fn input_number(number: Int, name: &str) -> PyResult<u16> {
    u16::try_from(number.small(name, 0)?).map_err(|_| PyValueError::new_err(format!("{name} must be at most 65535")))
}

fn time_at(times_ms: Option<&[Int]>, index: usize, name: &str) -> PyResult<i64> {
    times_ms.map_or(Ok(-1), |times_ms| times_ms[index].signed(name))
}

fn origin_of(header: Option<&[u8]>, timestamp_ms: i64) -> Origin {
    match header {
        Some(bytes) => match Header::decode(bytes) {
            Ok(header) => Origin::Header(header),
            Err(HeaderError::Version) => Origin::OtherVersion,
            Err(HeaderError::Length(_)) => Origin::Malformed,
        },
        None if timestamp_ms >= 0 => Origin::Timestamp(timestamp_ms),
        None => Origin::Unknown,
    }
}
