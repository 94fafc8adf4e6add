//! The binding of the send loop over librdkafka: runs with the GIL released, and takes it only for what Python has to hear.
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use pipegen_core::client::{Client, ClientFault, Outgoing, Reports};
use pipegen_core::pacer::Permits as CorePermits;
use pipegen_core::record_buffer::RecordBuffer;
use pipegen_core::send_loop::{SendInput, SendLoop};
use pipegen_librdkafka::{Library, Producer, StartError};
use pyo3::exceptions::{PyOSError, PyRuntimeError, PyValueError};
use pyo3::prelude::*;

use crate::arguments::Int;
use crate::batch::RecordBatch;
use crate::clock::CLOCK;
use crate::meters::Meters;
use crate::pacer::{Pacer, Permits};
use crate::records::RecordPlan;

/// What is sent to one topic: when, counted by what, and from where.
type Input = (Py<Pacer>, Py<Meters>, Py<PyAny>);

/// No single wait for a report is longer.
const SLICE_MS: u16 = 100;
/// No record of the load has this token.
const SINGLE_TOKEN: usize = usize::MAX;

/// A producer of some topics, and the loop that sends with it.
#[pyclass(frozen, module = "pipegen._native")]
pub(crate) struct KafkaSender {
    producer: Mutex<Option<Producer>>,
    abandoned: AtomicBool,
    on_fault: Py<PyAny>,
    #[pyo3(get)]
    library_version: String,
}

#[pymethods]
impl KafkaSender {
    #[new]
    #[pyo3(signature = (library_path, *, properties, topics, on_fault))]
    fn new(
        py: Python<'_>,
        library_path: &str,
        properties: Vec<(String, String)>,
        topics: Vec<String>,
        on_fault: Py<PyAny>,
    ) -> PyResult<Self> {
        let library = Library::loaded_from(library_path).map_err(|error| PyOSError::new_err(error.to_string()))?;
        let producer = py.detach(|| Producer::start(&library, &properties, &topics)).map_err(|error| match error {
            StartError::Property(text) => PyValueError::new_err(text),
            StartError::Client(name, text) => PyRuntimeError::new_err((name, text)),
        })?;
        Ok(Self {
            producer: Mutex::new(Some(producer)),
            abandoned: AtomicBool::new(false),
            on_fault,
            library_version: library.version(),
        })
    }

    #[pyo3(signature = (value, key, *, timestamp_ms, header, timeout_ms))]
    fn send(
        &self,
        py: Python<'_>,
        value: Option<&[u8]>,
        key: Option<&[u8]>,
        timestamp_ms: Int,
        header: &[u8],
        timeout_ms: Int,
    ) -> PyResult<Vec<Option<&'static str>>> {
        let record = Outgoing {
            topic: 0,
            value,
            key,
            timestamp_ms: timestamp_ms.signed("timestamp_ms")?,
            header,
            extra_headers: &[],
            token: SINGLE_TOKEN,
        };
        let timeout = Duration::from_millis(timeout_ms.unsigned("timeout_ms")?);
        py.detach(|| {
            let mut place = self.producer();
            let producer = place.as_mut().ok_or_else(ended)?;
            let mut answers = Answers { outcomes: vec![], tell: &mut |fault| self.tell(fault) };
            let deadline = Instant::now() + timeout;
            match producer.send(&record) {
                Err(refusal) => answers.outcomes.push(Some(refusal.name())),
                Ok(()) => while producer.flush(SLICE_MS, &mut answers) > 0 && Instant::now() < deadline {},
            }
            Ok(answers.outcomes)
        })
    }

    #[pyo3(signature = (inputs, /))]
    fn run(&self, py: Python<'_>, inputs: Vec<Input>) -> PyResult<Option<(&'static str, String)>> {
        let mut producer = self.producer().take().ok_or_else(ended)?;
        let sources: Vec<_> =
            inputs.iter().map(|(_, meters, records)| Source::of(py, records.clone_ref(py), meters)).collect();
        let outcome = py.detach(|| {
            let served: Vec<_> = inputs
                .iter()
                .map(|(pacer, meters, _)| SendInput { pacer: &pacer.get().core, meters: &meters.get().0 })
                .collect();
            let send_loop = SendLoop {
                inputs: &served,
                clock: &*CLOCK,
                wait: &|wait_ns| std::thread::sleep(Duration::from_nanos(wait_ns.max(0).unsigned_abs())),
                abandon: &self.abandoned,
            };
            let outcome =
                send_loop.run(&mut producer, |input, permits, into| sources[input].fill(permits, into), &mut |fault| {
                    self.tell(fault);
                });
            drop(producer); // waits for its threads, so without the GIL
            outcome
        });
        match outcome {
            Ok(()) => Ok(None),
            Err(Stop::Fatal(fault)) => Ok(Some((fault.name, fault.text))),
            Err(Stop::Raised(error)) => Err(error),
        }
    }

    fn abandon(&self) {
        self.abandoned.store(true, Ordering::Release);
    }
}

impl KafkaSender {
    fn producer(&self) -> MutexGuard<'_, Option<Producer>> {
        self.producer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, fault: &ClientFault) {
        // Not while Python ends: then nobody is there to hear it.
        let _told = Python::try_attach(|py| {
            if let Err(error) = self.on_fault.call1(py, (fault.name, &fault.text, fault.fatal)) {
                error.write_unraisable(py, Some(self.on_fault.bind(py)));
            }
        });
    }
}

fn ended() -> PyErr {
    PyRuntimeError::new_err("the sender has run already")
}

/// What became of records that were sent one by one.
struct Answers<'a> {
    outcomes: Vec<Option<&'static str>>,
    tell: &'a mut dyn FnMut(&ClientFault),
}

impl Reports for Answers<'_> {
    fn report(&mut self, _token: usize, error: Option<&'static str>) {
        self.outcomes.push(error);
    }

    fn fault(&mut self, fault: ClientFault) {
        (self.tell)(&fault);
    }
}

/// Why the loop ended before its time.
enum Stop {
    Fatal(ClientFault),
    Raised(PyErr),
}

impl From<ClientFault> for Stop {
    fn from(fault: ClientFault) -> Self {
        Self::Fatal(fault)
    }
}

/// Where records come from.
enum Source {
    Plan(Py<RecordPlan>),
    Python { records: Py<PyAny>, meters: Py<Meters> },
}

impl Source {
    fn of(py: Python<'_>, records: Py<PyAny>, meters: &Py<Meters>) -> Self {
        match records.bind(py).cast::<RecordPlan>() {
            Ok(plan) => Self::Plan(plan.clone().unbind()),
            Err(_) => Self::Python { meters: meters.clone_ref(py), records },
        }
    }

    fn fill(&self, permits: &CorePermits, into: &mut RecordBuffer) -> Result<(), Stop> {
        match self {
            Self::Plan(plan) => plan.get().fill(permits, into),
            Self::Python { records, meters } => Python::attach(|py| {
                let permits = Permits(Arc::new(permits.clone()));
                let batch = records.call_method1(py, "batch", (permits, meters))?;
                into.clone_from(batch.bind(py).cast::<RecordBatch>()?.get().records());
                Ok(())
            })
            .map_err(Stop::Raised)?,
        }
        Ok(())
    }
}
