//! The binding of the pacer: the core decides, this waits with the GIL released.
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pipegen_core::pacer::{Decision, Pacer as CorePacer, PacerOptions, Permits as CorePermits};
use pipegen_core::shard::Shard;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::arguments::{Int, value_error};
use crate::clock::clock_ns;
use crate::schedule::Schedule;

/// No single wait is longer, so that Python's signal handlers run in time when the main thread waits.
const SLICE_NS: i64 = 50_000_000;

/// Leave to send a run of events of one shard.
#[pyclass(frozen, module = "pipegen._native")]
pub(crate) struct Permits(pub(crate) Arc<CorePermits>);

#[pymethods]
impl Permits {
    #[getter]
    fn count(&self) -> usize {
        self.0.due_ns.len()
    }

    #[getter]
    fn worker(&self) -> u32 {
        self.0.worker
    }

    #[getter]
    fn first_event(&self) -> u64 {
        self.0.first_event
    }

    #[getter]
    fn stride(&self) -> u64 {
        self.0.stride
    }

    #[getter]
    fn first_due_ns(&self) -> i64 {
        self.0.due_ns.first().copied().unwrap_or_default()
    }

    #[getter]
    fn last_due_ns(&self) -> i64 {
        self.0.due_ns.last().copied().unwrap_or_default()
    }

    #[getter]
    fn issued_ns(&self) -> i64 {
        self.0.issued_ns
    }

    fn due_ns(&self, index: Int) -> PyResult<i64> {
        let index = index.unsigned("index")?;
        let found = usize::try_from(index).ok().and_then(|index| self.0.due_ns.get(index));
        found.copied().ok_or_else(|| {
            PyValueError::new_err(format!("there are {} permits; there is no index {index}", self.0.due_ns.len()))
        })
    }

    fn __repr__(&self) -> String {
        format!("Permits(count={}, first_event={})", self.0.due_ns.len(), self.0.first_event)
    }
}

/// Open-loop pacing over one shard of a schedule.
#[pyclass(frozen, module = "pipegen._native")]
pub(crate) struct Pacer {
    pub(crate) core: CorePacer,
    /// How often it was started or stopped: a wait begins only if nothing happened since the decision to wait.
    changes: Mutex<u64>,
    changed: Condvar,
}

#[pymethods]
impl Pacer {
    #[new]
    #[pyo3(
        signature = (
            schedule,
            *,
            shard_index = Int::Value(0),
            shard_count = Int::Value(1),
            catch_up = true,
            late_threshold_ns = Int::Value(10_000_000),
            min_interval_ns = Int::Value(1_000_000),
        ),
        text_signature = "(schedule, *, shard_index=0, shard_count=1, catch_up=True, late_threshold_ns=10000000, \
                          min_interval_ns=1000000)"
    )]
    fn new(
        schedule: &Bound<'_, Schedule>,
        shard_index: Int,
        shard_count: Int,
        catch_up: bool,
        late_threshold_ns: Int,
        min_interval_ns: Int,
    ) -> PyResult<Self> {
        let shard = Shard::new(shard_index.small("shard_index", 0)?, shard_count.small("shard_count", 1)?)
            .map_err(value_error)?;
        let options = PacerOptions {
            catch_up,
            late_threshold_ns: late_threshold_ns.signed("late_threshold_ns")?,
            min_interval_ns: min_interval_ns.signed("min_interval_ns")?,
        };
        let core = CorePacer::new(Arc::clone(&schedule.get().0), shard, options).map_err(value_error)?;
        Ok(Self { core, changes: Mutex::default(), changed: Condvar::new() })
    }

    fn start(&self, start_ns: Int) -> PyResult<()> {
        self.core.start(start_ns.signed("start_ns")?);
        self.wake();
        Ok(())
    }

    #[pyo3(signature = (*, max_events, timeout_ns))]
    fn acquire(&self, py: Python<'_>, max_events: Int, timeout_ns: Int) -> PyResult<Option<Permits>> {
        let max_events = max_events.small("max_events", 1)?.into();
        let timeout_ns = timeout_ns.unsigned("timeout_ns")?;
        let deadline_ns = clock_ns().saturating_add_unsigned(timeout_ns);
        loop {
            let changes = *self.changes();
            let now_ns = clock_ns();
            let until_ns = match self.core.poll(now_ns, max_events) {
                Decision::Due(permits) => return Ok(Some(Permits(Arc::new(permits)))),
                Decision::Exhausted | Decision::Stopped => return Ok(None),
                Decision::Wait { until_ns } => until_ns,
                Decision::NotStarted => i64::MAX,
            };
            if now_ns >= deadline_ns {
                return Ok(None);
            }
            py.detach(|| self.wait(changes, until_ns.min(deadline_ns).saturating_sub(now_ns)));
            py.check_signals()?;
        }
    }

    fn stop(&self) {
        self.core.stop();
        self.wake();
    }

    #[getter]
    fn shard_events(&self) -> u64 {
        self.core.shard_events()
    }

    #[getter]
    fn issued_total(&self) -> u64 {
        self.core.issued_total()
    }

    #[getter]
    fn late_total(&self) -> u64 {
        self.core.late_total()
    }

    #[getter]
    fn skipped_total(&self) -> u64 {
        self.core.skipped_total()
    }

    #[getter]
    fn lateness_ns(&self) -> i64 {
        self.core.lateness_ns(clock_ns())
    }

    #[getter]
    fn next_due_in_ns(&self) -> i64 {
        self.core.next_due_in_ns(clock_ns())
    }

    #[getter]
    fn exhausted(&self) -> bool {
        self.core.exhausted()
    }

    #[getter]
    fn stopped(&self) -> bool {
        self.core.stopped()
    }
}

impl Pacer {
    fn changes(&self) -> MutexGuard<'_, u64> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self, changes: u64, wait_ns: i64) {
        let wait = Duration::from_nanos(wait_ns.clamp(0, SLICE_NS).unsigned_abs());
        let guard = self.changes();
        if *guard == changes {
            let _woken = self.changed.wait_timeout(guard, wait);
        }
    }

    fn wake(&self) {
        *self.changes() += 1;
        self.changed.notify_all();
    }
}
