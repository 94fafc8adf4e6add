//! The binding of the record generator.
use std::sync::Arc;

use pipegen_core::avro::{Plan, PlanOptions, Schema};
use pipegen_core::fault::FaultKind;
use pipegen_core::pacer::Permits as CorePermits;
use pipegen_core::record_buffer::RecordBuffer;
use pipegen_core::schedule::Schedule as CoreSchedule;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyTuple};

use crate::arguments::{DETACH_FROM, Int, value_error};
use crate::batch::RecordBatch;
use crate::meters::Meters;
use crate::pacer::Permits;
use crate::schedule::Schedule;

/// What a record is expected to need at first, key included; the buffer grows by itself.
const RECORD_BYTES: usize = 128;

/// A compiled schema that makes records.
#[pyclass(frozen, module = "pipegen._native")]
pub(crate) struct RecordPlan {
    plan: Plan,
    /// Knows when an earlier event was due, of which a duplicate repeats the record.
    schedule: Option<Arc<CoreSchedule>>,
    /// The event that the first permit is for: those before it were sent before the load.
    first_event: u64,
    #[pyo3(get)]
    warnings: Vec<String>,
}

#[pymethods]
impl RecordPlan {
    #[new]
    #[pyo3(
        signature = (
            schema_json,
            *,
            hints_json = None,
            seed = Int::Value(0),
            value_prefix = None,
            key_field = None,
            key_json = None,
            value_format = "avro",
            faults_json = None,
            schedule = None,
            null_share = None,
            value_fields = None,
            first_event = Int::Value(0),
            changes_json = None,
        ),
        text_signature = "(schema_json, *, hints_json=None, seed=0, value_prefix=b'', key_field=None, key_json=None, \
                          value_format='avro', faults_json=None, schedule=None, null_share=None, \
                          value_fields=None, first_event=0, changes_json=None)"
    )]
    #[expect(clippy::too_many_arguments, reason = "keyword-only on the Python side")]
    fn new(
        schema_json: &str,
        hints_json: Option<&str>,
        seed: Int,
        value_prefix: Option<&[u8]>,
        key_field: Option<&str>,
        key_json: Option<&str>,
        value_format: &str,
        faults_json: Option<&str>,
        schedule: Option<&Bound<'_, Schedule>>,
        null_share: Option<f64>,
        value_fields: Option<Int>,
        first_event: Int,
        changes_json: Option<&str>,
    ) -> PyResult<Self> {
        let schema = Schema::parse(schema_json).map_err(value_error)?;
        let seed = seed.unsigned("seed")?;
        let value_prefix = value_prefix.unwrap_or_default();
        let value_format = Some(value_format);
        let value_fields = value_fields.map(|fields| fields.small("value_fields", 1)).transpose()?;
        let value_fields = value_fields.map(usize::try_from).transpose()?;
        let options = PlanOptions {
            hints_json,
            seed,
            value_prefix,
            key_field,
            key_json,
            value_format,
            faults_json,
            null_share,
            value_fields,
            changes_json,
        };
        let plan = Plan::compile(&schema, &options).map_err(value_error)?;
        let schedule = schedule.map(|schedule| Arc::clone(&schedule.get().0));
        let first_event = first_event.unsigned("first_event")?;
        Ok(Self { plan, schedule, first_event, warnings: schema.warnings().iter().map(ToString::to_string).collect() })
    }

    fn batch(&self, py: Python<'_>, permits: &Bound<'_, Permits>, meters: &Bound<'_, Meters>) -> PyResult<RecordBatch> {
        let permits = Arc::clone(&permits.get().0);
        let count = permits.due_ns.len();
        let records = detached(py, count, || {
            let mut records = RecordBuffer::with_capacity(count, RECORD_BYTES);
            self.fill(&permits, &mut records);
            records
        });
        RecordBatch::new(Arc::clone(&meters.get().0), permits, records)
    }

    #[pyo3(signature = (*, first_event, count, due_ns, due_step_ns = Int::Value(0)),
           text_signature = "($self, *, first_event, count, due_ns, due_step_ns=0)")]
    fn outgoing<'py>(
        &self,
        py: Python<'py>,
        first_event: Int,
        count: Int,
        due_ns: Int,
        due_step_ns: Int,
    ) -> PyResult<Bound<'py, PyList>> {
        let first_event = first_event.unsigned("first_event")?;
        let count = count.small("count", 0)?;
        let (first_due_ns, due_step_ns) = (due_ns.signed("due_ns")?, due_step_ns.signed("due_step_ns")?);
        let list = PyList::empty(py);
        let mut records = RecordBuffer::default();
        let mut due_ns = first_due_ns;
        for event in (first_event..).take(usize::try_from(count)?) {
            let due_ns_of = |earlier: u64| {
                let back = i64::try_from(event - earlier).unwrap_or(i64::MAX);
                due_ns.saturating_sub(due_step_ns.saturating_mul(back))
            };
            records.clear();
            let fault = self.plan.push_outgoing(event, due_ns, due_ns_of, &mut records);
            let value = records.value(0).map(|value| PyBytes::new(py, value));
            let key = records.key(0).map(|key| PyBytes::new(py, key));
            list.append((value, key, fault.map(FaultKind::name)))?;
            due_ns = due_ns.saturating_add(due_step_ns);
        }
        Ok(list)
    }

    #[pyo3(signature = (binary, *, event))]
    fn written<'py>(&self, py: Python<'py>, binary: &[u8], event: Int) -> PyResult<Bound<'py, PyTuple>> {
        let mut records = RecordBuffer::default();
        if !self.plan.push_binary(event.unsigned("event")?, binary, &mut records) {
            return Err(value_error("the bytes are no record of the schema"));
        }
        pair(py, &records, 0)
    }

    #[pyo3(signature = (event, *, due_ns))]
    fn record<'py>(&self, py: Python<'py>, event: Int, due_ns: Int) -> PyResult<Bound<'py, PyTuple>> {
        let mut records = RecordBuffer::default();
        self.plan.push(event.unsigned("event")?, due_ns.signed("due_ns")?, &mut records);
        pair(py, &records, 0)
    }

    #[pyo3(signature = (*, first_event, count, due_ns, due_step_ns = Int::Value(0)),
           text_signature = "($self, *, first_event, count, due_ns, due_step_ns=0)")]
    fn records<'py>(
        &self,
        py: Python<'py>,
        first_event: Int,
        count: Int,
        due_ns: Int,
        due_step_ns: Int,
    ) -> PyResult<Bound<'py, PyList>> {
        let first_event = first_event.unsigned("first_event")?;
        let count = usize::try_from(count.small("count", 0)?)?;
        let (due_ns, due_step_ns) = (due_ns.signed("due_ns")?, due_step_ns.signed("due_step_ns")?);
        let records = detached(py, count, || {
            let mut records = RecordBuffer::with_capacity(count, RECORD_BYTES);
            let mut next_due_ns = due_ns;
            for event in (first_event..).take(count) {
                self.plan.push(event, next_due_ns, &mut records);
                next_due_ns = next_due_ns.saturating_add(due_step_ns);
            }
            records
        });
        let list = PyList::empty(py);
        (0..records.len()).try_for_each(|index| list.append(pair(py, &records, index)?))?;
        Ok(list)
    }
}

impl RecordPlan {
    /// Adds the records of these permits, faults included.
    pub(crate) fn fill(&self, permits: &CorePermits, records: &mut RecordBuffer) {
        for (event, due_ns) in permits.events() {
            let due_ns_of = |earlier: u64| self.due_ns_of(earlier.saturating_sub(self.first_event), event, due_ns);
            self.plan.push_outgoing(event.saturating_add(self.first_event), due_ns, due_ns_of, records);
        }
    }

    fn due_ns_of(&self, earlier: u64, event: u64, due_ns: i64) -> i64 {
        let offset_ns = |number| self.schedule.as_ref().and_then(|schedule| schedule.due_ns(number));
        match (offset_ns(earlier), offset_ns(event)) {
            (Some(before), Some(now)) => due_ns - now + before,
            _ => due_ns,
        }
    }
}

/// Runs `work`, with the GIL released when there is enough of it.
fn detached<T: Send>(py: Python<'_>, count: usize, work: impl Send + FnOnce() -> T) -> T {
    if count >= DETACH_FROM { py.detach(work) } else { work() }
}

fn pair<'py>(py: Python<'py>, records: &RecordBuffer, index: usize) -> PyResult<Bound<'py, PyTuple>> {
    let value = PyBytes::new(py, records.value(index).unwrap_or_default());
    (value, records.key(index).map(|key| PyBytes::new(py, key))).into_pyobject(py)
}
