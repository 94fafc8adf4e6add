//! The binding of traces: fields whose values lead back to the event that a record comes from.
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use pipegen_core::avro::Schema;
use pipegen_core::trace::codec::{Codec, TraceKind};
use pipegen_core::trace::field::FieldPath;
use pipegen_core::trace::reader::{Trace as CoreTrace, Traced, TracedRecords as CoreRecords};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;

use crate::arguments::{DETACH_FROM, Int, value_error};
use crate::schedule::Schedule;

/// Confluent's framing: a zero byte and the id of the schema.
const FRAME_BYTES: usize = 5;

/// A field of an output that identifies the events of an input.
#[pyclass(frozen, module = "pipegen._native")]
pub(crate) struct Trace(CoreTrace);

#[derive(IntoPyObject)]
enum TraceValue {
    Whole(i64),
    Text(String),
}

#[pymethods]
impl Trace {
    #[new]
    #[pyo3(
        signature = (
            path,
            *,
            kind,
            stream,
            schedule,
            prefix = "",
            input_index = Int::Value(0),
            first_event = Int::Value(0),
            workers = Int::Value(1),
        ),
        text_signature = "(path, *, kind, stream, schedule, prefix='', input_index=0, first_event=0, workers=1)"
    )]
    #[expect(clippy::too_many_arguments, reason = "keyword-only on the Python side")]
    fn new(
        path: Vec<String>,
        kind: &str,
        stream: Int,
        schedule: &Bound<'_, Schedule>,
        prefix: &str,
        input_index: Int,
        first_event: Int,
        workers: Int,
    ) -> PyResult<Self> {
        let kind = TraceKind::named(kind).ok_or_else(|| {
            PyValueError::new_err(format!("kind must be one of {}, not {kind:?}", TraceKind::NAMES.join(", ")))
        })?;
        let input = u16::try_from(input_index.small("input_index", 0)?).map_err(value_error)?;
        Ok(Self(CoreTrace {
            input,
            path: FieldPath::new(path.iter().map(String::as_str)),
            codec: Codec::new(kind, stream.unsigned("stream")?, prefix),
            schedule: Arc::clone(&schedule.get().0),
            first_event: first_event.unsigned("first_event")?,
            workers: workers.small("workers", 1)?,
        }))
    }

    fn value(&self, number: Int) -> PyResult<TraceValue> {
        let (codec, number) = (&self.0.codec, number.unsigned("number")?);
        if !codec.kind().is_text() {
            return Ok(TraceValue::Whole(codec.whole(number)));
        }
        let mut text = Vec::new();
        codec.put_text(number, &mut text);
        Ok(TraceValue::Text(String::from_utf8(text).map_err(value_error)?))
    }
}

/// What the traces of a batch of records say.
#[pyclass(frozen, module = "pipegen._native")]
pub(crate) struct TracedRecords(pub(crate) CoreRecords);

#[pymethods]
impl TracedRecords {
    fn __len__(&self) -> usize {
        self.0.records()
    }

    fn events(&self) -> Vec<Vec<Option<u64>>> {
        let number = |traced: &Traced| match traced {
            Traced::Event(event) => Some(event.event),
            Traced::Absent | Traced::Foreign => None,
        };
        (0..self.0.records()).map(|index| self.0.of(index).iter().map(number).collect()).collect()
    }
}

/// Reads the traces of an output's records.
#[pyclass(frozen, module = "pipegen._native")]
pub(crate) struct TraceReader {
    traces: Vec<CoreTrace>,
    /// By id; `None` for one that cannot be read.
    schemas: Mutex<BTreeMap<u32, Option<Arc<Schema>>>>,
}

#[pymethods]
impl TraceReader {
    #[new]
    #[pyo3(text_signature = "(traces)")]
    fn new(traces: Vec<Bound<'_, Trace>>) -> Self {
        let traces = traces.iter().map(|trace| trace.get().0.clone()).collect();
        Self { traces, schemas: Mutex::default() }
    }

    fn read_json(&self, py: Python<'_>, values: Vec<Option<PyBackedBytes>>) -> TracedRecords {
        self.read(py, &values, CoreTrace::in_json)
    }

    fn unknown_schemas(&self, values: Vec<Option<PyBackedBytes>>) -> Vec<u32> {
        let known = self.schemas.lock().unwrap_or_else(PoisonError::into_inner);
        let ids = values.iter().flatten().filter_map(|value| framed(value)).map(|(id, _)| id);
        let mut unknown: Vec<u32> = ids.filter(|id| !known.contains_key(id)).collect();
        unknown.sort_unstable();
        unknown.dedup();
        unknown
    }

    #[pyo3(signature = (schema_id, schema_json))]
    fn add_schema(&self, schema_id: Int, schema_json: Option<&str>) -> PyResult<()> {
        let id = schema_id.small("schema_id", 0)?;
        let schema = schema_json.and_then(|text| Schema::parse(text).ok()).map(Arc::new);
        self.schemas.lock().unwrap_or_else(PoisonError::into_inner).insert(id, schema);
        Ok(())
    }

    fn read_framed(&self, py: Python<'_>, values: Vec<Option<PyBackedBytes>>) -> TracedRecords {
        let schemas = self.schemas.lock().unwrap_or_else(PoisonError::into_inner).clone();
        self.read(py, &values, |trace, value| {
            let Some((id, binary)) = framed(value) else { return Traced::Absent };
            schemas.get(&id).and_then(Option::as_deref).map_or(Traced::Absent, |schema| trace.in_avro(schema, binary))
        })
    }
}

impl TraceReader {
    fn read(
        &self,
        py: Python<'_>,
        values: &[Option<PyBackedBytes>],
        traced: impl Fn(&CoreTrace, &[u8]) -> Traced + Sync,
    ) -> TracedRecords {
        let work = || {
            let mut records = CoreRecords::with_capacity(self.traces.len(), values.len());
            for value in values {
                for trace in &self.traces {
                    records.push(value.as_ref().map_or(Traced::Absent, |value| traced(trace, value)));
                }
            }
            TracedRecords(records)
        };
        if values.len() >= DETACH_FROM { py.detach(work) } else { work() }
    }
}

fn framed(value: &[u8]) -> Option<(u32, &[u8])> {
    let (frame, binary) = value.split_at_checked(FRAME_BYTES)?;
    let [0, id @ ..] = frame else { return None };
    Some((u32::from_be_bytes(id.try_into().ok()?), binary))
}
