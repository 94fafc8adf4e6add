//! The binding of the plan.
use std::sync::Arc;

use pipegen_core::arrivals::Arrivals;
use pipegen_core::schedule::{Schedule as CoreSchedule, Segment};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::arguments::{Int, value_error};

/// The plan: a piecewise linear rate curve and the exact due time of every event on it.
#[pyclass(frozen, module = "pipegen._native")]
pub(crate) struct Schedule(pub(crate) Arc<CoreSchedule>);

#[pymethods]
impl Schedule {
    #[new]
    #[pyo3(
        signature = (segments, *, arrivals = "uniform", seed = Int::Value(0)),
        text_signature = "(segments, *, arrivals='uniform', seed=0)"
    )]
    fn new(segments: Vec<(Int, Int, f64, f64)>, arrivals: &str, seed: Int) -> PyResult<Self> {
        let seed = seed.unsigned("seed")?;
        let arrivals = match arrivals {
            "uniform" => Arrivals::Uniform,
            "poisson" => Arrivals::Poisson { seed },
            other => {
                return Err(PyValueError::new_err(format!("arrivals must be uniform or poisson, not {other:?}")));
            }
        };
        let segments = segments
            .into_iter()
            .map(|(start_ns, end_ns, start_rate_per_s, end_rate_per_s)| {
                let (start_ns, end_ns) = (start_ns.signed("start_ns")?, end_ns.signed("end_ns")?);
                Ok(Segment { start_ns, end_ns, start_rate_per_s, end_rate_per_s })
            })
            .collect::<PyResult<Vec<Segment>>>()?;
        Ok(Self(Arc::new(CoreSchedule::with_arrivals(segments, arrivals).map_err(value_error)?)))
    }

    #[getter]
    fn total_events(&self) -> u64 {
        self.0.total_events()
    }

    #[getter]
    fn duration_ns(&self) -> i64 {
        self.0.duration_ns()
    }

    fn due_ns(&self, event: Int) -> PyResult<i64> {
        let event = event.unsigned("event")?;
        self.0.due_ns(event).ok_or_else(|| {
            let total = self.0.total_events();
            PyValueError::new_err(format!("the plan has {total} events, numbered from 0; there is no event {event}"))
        })
    }

    fn events_before(&self, offset_ns: Int) -> PyResult<u64> {
        Ok(self.0.events_before(offset_ns.signed("offset_ns")?))
    }

    #[pyo3(signature = (*, from_ns, to_ns))]
    fn planned_between(&self, from_ns: Int, to_ns: Int) -> PyResult<u64> {
        Ok(self.0.planned_between(from_ns.signed("from_ns")?, to_ns.signed("to_ns")?))
    }

    fn rate_at(&self, offset_ns: Int) -> PyResult<f64> {
        Ok(self.0.rate_at(offset_ns.signed("offset_ns")?))
    }

    fn __repr__(&self) -> String {
        format!("Schedule(total_events={}, duration_ns={})", self.0.total_events(), self.0.duration_ns())
    }
}
