//! The binding of histogram snapshots.
use std::sync::Arc;

use pipegen_core::hdr;
use pipegen_core::histogram::Snapshot;
use pyo3::prelude::*;

use crate::arguments::value_error;

/// Latencies in µs: cumulative, an interval, or several merged.
#[pyclass(frozen, module = "pipegen._native")]
pub(crate) struct HistogramSnapshot(pub(crate) Arc<Snapshot>);

impl From<Snapshot> for HistogramSnapshot {
    fn from(snapshot: Snapshot) -> Self {
        Self(Arc::new(snapshot))
    }
}

#[pymethods]
impl HistogramSnapshot {
    #[getter]
    fn count(&self) -> u64 {
        self.0.count()
    }

    #[getter]
    fn negative_count(&self) -> u64 {
        self.0.negative_count()
    }

    #[getter]
    fn min_negative_us(&self) -> Option<i64> {
        self.0.min_negative_us()
    }

    #[getter]
    fn overflow_count(&self) -> u64 {
        self.0.overflow_count()
    }

    #[getter]
    fn min_us(&self) -> Option<u64> {
        self.0.min_us()
    }

    #[getter]
    fn max_us(&self) -> Option<u64> {
        self.0.max_us()
    }

    #[getter]
    fn mean_us(&self) -> Option<f64> {
        self.0.mean_us()
    }

    fn percentile_us(&self, percentile: f64) -> PyResult<Option<u64>> {
        self.0.percentile_us(percentile).map_err(value_error)
    }

    fn since(&self, earlier: &Bound<'_, Self>) -> PyResult<Self> {
        Ok(self.0.since(&earlier.get().0).map_err(value_error)?.into())
    }

    fn merge(&self, other: &Bound<'_, Self>) -> Self {
        self.0.merge(&other.get().0).into()
    }

    fn to_hdr_base64(&self, py: Python<'_>) -> PyResult<String> {
        py.detach(|| hdr::export_base64(&self.0)).map_err(value_error)
    }

    #[staticmethod]
    fn from_hdr_base64(py: Python<'_>, text: &str) -> PyResult<Self> {
        Ok(py.detach(|| hdr::import_base64(text)).map_err(value_error)?.into())
    }

    #[staticmethod]
    fn empty() -> Self {
        Snapshot::default().into()
    }

    fn __repr__(&self) -> String {
        format!("HistogramSnapshot(count={}, negative_count={})", self.0.count(), self.0.negative_count())
    }
}
