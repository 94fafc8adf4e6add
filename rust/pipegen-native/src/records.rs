//! The binding of the record generator.
use std::sync::Arc;

use pipegen_core::avro::{Plan, PlanOptions, Schema};
use pipegen_core::record_buffer::RecordBuffer;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyTuple};

use crate::arguments::{DETACH_FROM, Int, value_error};
use crate::batch::RecordBatch;
use crate::meters::Meters;
use crate::pacer::Permits;

/// What a record is expected to need at first, key included; the buffer grows by itself.
const RECORD_BYTES: usize = 128;

/// A compiled schema that makes records.
#[pyclass(frozen, module = "pipegen._native")]
pub(crate) struct RecordPlan {
    plan: Plan,
    #[pyo3(get)]
    warnings: Vec<String>,
}

#[pymethods]
impl RecordPlan {
    #[new]
    #[pyo3(
        signature = (schema_json, *, hints_json = None, seed = Int::Value(0), value_prefix = None, key_field = None),
        text_signature = "(schema_json, *, hints_json=None, seed=0, value_prefix=b'', key_field=None)"
    )]
    fn new(
        schema_json: &str,
        hints_json: Option<&str>,
        seed: Int,
        value_prefix: Option<&[u8]>,
        key_field: Option<&str>,
    ) -> PyResult<Self> {
        let schema = Schema::parse(schema_json).map_err(value_error)?;
        let seed = seed.unsigned("seed")?;
        let options = PlanOptions { hints_json, seed, value_prefix: value_prefix.unwrap_or_default(), key_field };
        let plan = Plan::compile(&schema, &options).map_err(value_error)?;
        Ok(Self { plan, warnings: schema.warnings().to_vec() })
    }

    fn batch(&self, py: Python<'_>, permits: &Bound<'_, Permits>, meters: &Bound<'_, Meters>) -> PyResult<RecordBatch> {
        let permits = Arc::clone(&permits.get().0);
        let count = permits.due_ns.len();
        let records = detached(py, count, || {
            let mut records = RecordBuffer::with_capacity(count, RECORD_BYTES);
            permits.events().for_each(|(event, due_ns)| self.plan.push(event, due_ns, &mut records));
            records
        });
        RecordBatch::new(Arc::clone(&meters.get().0), permits, records)
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

/// Runs `work`, with the GIL released when there is enough of it.
fn detached<T: Send>(py: Python<'_>, count: usize, work: impl Send + FnOnce() -> T) -> T {
    if count >= DETACH_FROM { py.detach(work) } else { work() }
}

fn pair<'py>(py: Python<'py>, records: &RecordBuffer, index: usize) -> PyResult<Bound<'py, PyTuple>> {
    let value = PyBytes::new(py, records.value(index).unwrap_or_default());
    (value, records.key(index).map(|key| PyBytes::new(py, key))).into_pyobject(py)
}
