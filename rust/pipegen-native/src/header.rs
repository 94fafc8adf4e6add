//! The record header, for those who send and read records in Python.
use pipegen_core::header::{Header, Kind};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::arguments::Int;

/// The header of a probe record.
#[pyfunction]
#[pyo3(signature = (*, due_ns, number, run))]
pub(crate) fn probe_header(py: Python<'_>, due_ns: Int, number: Int, run: Int) -> PyResult<Bound<'_, PyBytes>> {
    let header = Header {
        kind: Kind::Probe,
        input: 0,
        worker: 0,
        number: number.unsigned("number")?,
        due_us: due_ns.signed("due_ns")?.div_euclid(1_000),
        run: run.unsigned("run")?,
    };
    Ok(PyBytes::new(py, &header.encode()))
}

/// Whether a header is that of a record of a run's load.
#[pyfunction]
#[pyo3(signature = (header, *, run))]
pub(crate) fn is_of_load(header: &[u8], run: Int) -> PyResult<bool> {
    let run = run.unsigned("run")?;
    Ok(Header::decode(header).is_ok_and(|header| header.run == run && header.kind != Kind::Probe))
}
