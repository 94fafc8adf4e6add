//! The process's one clock.
use std::sync::LazyLock;

use pipegen_core::clock::{Clock, SystemClock};
use pyo3::prelude::*;

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
