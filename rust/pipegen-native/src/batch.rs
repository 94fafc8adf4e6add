//! Records on their way out: the iterator that the send loop walks, and the delivery callback each record carries.
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use pipegen_core::fault::FaultKind;
use pipegen_core::header::HEADER_NAME;
use pipegen_core::meters::Meters as CoreMeters;
use pipegen_core::pacer::Permits as CorePermits;
use pipegen_core::record_buffer::RecordBuffer;
use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString, PyTuple};

use crate::arguments::same_length;
use crate::clock::clock_ns;

/// Records ready to send; each counts as sent when it is yielded.
#[pyclass(frozen, module = "pipegen._native")]
pub(crate) struct RecordBatch {
    meters: Arc<CoreMeters>,
    permits: Arc<CorePermits>,
    records: RecordBuffer,
    position: AtomicUsize,
}

impl RecordBatch {
    /// A batch of one record for each permit.
    pub(crate) fn new(meters: Arc<CoreMeters>, permits: Arc<CorePermits>, records: RecordBuffer) -> PyResult<Self> {
        same_length("the batch", records.len(), "permits", permits.due_ns.len())?;
        if permits.worker != meters.worker() {
            return Err(PyValueError::new_err(format!(
                "the permits are of worker {} and the meters of worker {}; make both for the same one",
                permits.worker,
                meters.worker()
            )));
        }
        Ok(Self { meters, permits, records, position: AtomicUsize::new(0) })
    }

    /// The records, whether yielded or not.
    pub(crate) const fn records(&self) -> &RecordBuffer {
        &self.records
    }
}

#[pymethods]
impl RecordBatch {
    fn __iter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyTuple>>> {
        let index = self.position.fetch_add(1, Ordering::Relaxed);
        let Some(&due_ns) = self.permits.due_ns.get(index) else {
            self.position.store(self.permits.due_ns.len(), Ordering::Relaxed);
            return Ok(None);
        };
        let (value, key) = (self.records.value(index), self.records.key(index));
        let record_bytes = value.map_or(0, <[u8]>::len) + key.map_or(0, <[u8]>::len);
        let sent_ns = clock_ns();
        let fault = self.records.fault(index);
        let header = self.meters.send(due_ns, sent_ns, record_bytes as u64, fault).encode();
        let header = (intern!(py, HEADER_NAME), PyBytes::new(py, &header)).into_pyobject(py)?;
        let headers = PyList::new(py, [header])?;
        for extra in self.records.headers(index) {
            let value = extra.value.as_ref().map(|value| PyBytes::new(py, value));
            headers.append((extra.name.to_string_lossy(), value))?;
        }
        let delivery = Delivery { meters: Arc::clone(&self.meters), due_ns, sent_ns, fault };
        let record = (
            value.map(|value| PyBytes::new(py, value)),
            key.map(|key| PyBytes::new(py, key)),
            due_ns.div_euclid(1_000_000),
            headers,
            Bound::new(py, delivery)?,
        );
        Ok(Some(record.into_pyobject(py)?))
    }

    #[getter]
    fn remaining(&self) -> usize {
        self.permits.due_ns.len().saturating_sub(self.position.load(Ordering::Relaxed))
    }
}

/// The delivery callback of one record.
#[pyclass(frozen, module = "pipegen._native")]
pub(crate) struct Delivery {
    meters: Arc<CoreMeters>,
    /// When the record was due.
    #[pyo3(get)]
    due_ns: i64,
    /// When the record was handed out to be sent.
    #[pyo3(get)]
    sent_ns: i64,
    fault: Option<FaultKind>,
}

#[pymethods]
impl Delivery {
    /// The fault that was put into the record on purpose.
    #[getter]
    fn fault(&self) -> Option<&'static str> {
        self.fault.map(FaultKind::name)
    }

    #[pyo3(signature = (err, _msg, /))]
    fn __call__(&self, err: &Bound<'_, PyAny>, _msg: &Bound<'_, PyAny>) {
        if err.is_none() {
            self.meters.deliver(self.due_ns, self.sent_ns, clock_ns(), self.fault);
        } else {
            self.meters.counters.fail(&class_of(err));
        }
    }
}

/// The name a Kafka error gives itself; that of its type for anything else, since a callback must not raise.
fn class_of(error: &Bound<'_, PyAny>) -> String {
    let name = error.call_method0(intern!(error.py(), "name")).ok();
    let name = name.and_then(|name| name.cast_into::<PyString>().ok());
    name.or_else(|| error.get_type().name().ok()).map_or_else(|| "unknown".to_owned(), |name| name.to_string())
}
