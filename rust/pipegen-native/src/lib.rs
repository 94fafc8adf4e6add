//! `pipegen._native`: the Python binding of `pipegen-core`.
use pyo3::prelude::*;

/// The compiled part of PipeGen.
#[pymodule(gil_used = false)]
mod _native {}
