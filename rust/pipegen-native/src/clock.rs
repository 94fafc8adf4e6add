//! The process's one clock, and the probe's header.
use std::sync::LazyLock;

use pipegen_core::clock::{Clock, SystemClock};
use pipegen_core::header::{Header, PROBE_WORKER};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::arguments::Int;

/// The process's one clock.
pub(crate) static CLOCK: LazyLock<SystemClock> = LazyLock::new(SystemClock::new);

/// The time of the process's one clock.
pub(crate) fn clock_ns() -> i64 {
    CLOCK.now_ns()
}

/// The time, in nanoseconds since the epoch.
#[pyfunction]
pub(crate) fn now_ns() -> i64 {
    clock_ns()
}

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
