//! The record header, for those who send and read records in Python.
use pipegen_core::header::{Header, PROBE_WORKER};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::arguments::Int;

/// The header of a probe record.
#[pyfunction]
#[pyo3(signature = (*, due_ns, sequence))]
pub(crate) fn probe_header(py: Python<'_>, due_ns: Int, sequence: Int) -> PyResult<Bound<'_, PyBytes>> {
    let header = Header {
        due_us: due_ns.signed("due_ns")?.div_euclid(1_000),
        sequence: sequence.unsigned("sequence")?,
        worker: PROBE_WORKER,
    };
    Ok(PyBytes::new(py, &header.encode()))
}

/// Whether a header is that of a probe.
#[pyfunction]
#[pyo3(signature = (header, /))]
pub(crate) fn is_probe(header: &[u8]) -> bool {
    Header::decode(header).is_ok_and(|header| header.worker == PROBE_WORKER)
}
