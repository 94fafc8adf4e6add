//! The binding of what judges an output as a table.
use std::sync::{Mutex, MutexGuard, PoisonError};

use pipegen_core::header::{Header, Kind};
use pipegen_core::table::change::{Change, Changelog, Done, Reading};
use pipegen_core::table::meter::{Rows, TableMeter as CoreMeter};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::arguments::{DETACH_FROM, Int, same_length};

/// What happened to a table so far.
#[pyclass(frozen, get_all, module = "pipegen._native")]
pub(crate) struct TableCounts {
    inserts: u64,
    updates: u64,
    deletes: u64,
    tombstones: u64,
    returned: u64,
    missing: u64,
    out_of_order: u64,
    timed: u64,
    same_second: u64,
    unkeyed: u64,
    rows: u64,
    keys: u64,
    overflow: bool,
}

/// Counts what the records of one output do to the rows of its table.
#[pyclass(frozen, module = "pipegen._native")]
pub(crate) struct TableMeter {
    run: u64,
    counts_probes: bool,
    reading: Reading,
    meter: Mutex<CoreMeter>,
}

impl TableMeter {
    fn lock(&self) -> MutexGuard<'_, CoreMeter> {
        self.meter.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When the row was due, in ms since the epoch; `Err` for a record that is no part of this run's table.
    fn due_ms(&self, header: Option<&[u8]>, timestamp_ms: i64, joint: bool) -> Result<Option<i64>, ()> {
        let timestamp_ms = (timestamp_ms >= 0).then_some(timestamp_ms);
        let Some(header) = header.map(Header::decode) else { return Ok(timestamp_ms) };
        let header = header.map_err(|_| ())?;
        if header.run != self.run || (header.kind == Kind::Probe && !self.counts_probes) {
            return Err(());
        }
        let due_ms = Some(header.due_us.div_euclid(1_000));
        Ok(if joint { due_ms.max(timestamp_ms) } else { due_ms })
    }
}

#[pymethods]
impl TableMeter {
    #[new]
    #[pyo3(
        signature = (value_format = None, *, key = Vec::new(), run = Int::Value(0), counts_probes = false),
        text_signature = "(value_format=None, *, key=(), run=0, counts_probes=False)"
    )]
    fn new(value_format: Option<&str>, key: Vec<String>, run: Int, counts_probes: bool) -> PyResult<Self> {
        let (reading, rows) = match value_format {
            None => (Reading::Upsert, Rows::Keyed),
            Some(name) => {
                let format = Changelog::named(name)
                    .ok_or_else(|| PyValueError::new_err(format!("{name:?} is no changelog format of JSON")))?;
                let rows = if key.is_empty() { Rows::Bag } else { Rows::Keyed };
                (Reading::Changelog { columns: key, format }, rows)
            }
        };
        Ok(Self { run: run.unsigned("run")?, counts_probes, reading, meter: Mutex::new(CoreMeter::new(rows)) })
    }

    fn start(&self, start_ns: Int) -> PyResult<()> {
        self.lock().start(start_ns.signed("start_ns")?);
        Ok(())
    }

    #[pyo3(signature = (keys, values, *, headers, consumed_ns, timestamps_ms = None, joint = false))]
    #[expect(clippy::too_many_arguments, reason = "keywords of one Python call")]
    fn take(
        &self,
        py: Python<'_>,
        keys: Vec<Option<Bound<'_, PyBytes>>>,
        values: Vec<Option<Bound<'_, PyBytes>>>,
        headers: Vec<Option<Bound<'_, PyBytes>>>,
        consumed_ns: Int,
        timestamps_ms: Option<Vec<Int>>,
        joint: bool,
    ) -> PyResult<()> {
        same_length("values", values.len(), "keys", keys.len())?;
        same_length("headers", headers.len(), "keys", keys.len())?;
        if let Some(times) = &timestamps_ms {
            same_length("timestamps_ms", times.len(), "keys", keys.len())?;
        }
        let consumed_ns = consumed_ns.signed("consumed_ns")?;
        let mut records = Vec::with_capacity(keys.len());
        for (index, (key, value)) in keys.iter().zip(&values).enumerate() {
            let timestamp_ms = timestamps_ms.as_ref().map_or(Ok(-1), |times| times[index].signed("timestamps_ms"))?;
            let header = headers[index].as_ref().map(pyo3::types::PyBytesMethods::as_bytes);
            let Ok(due_ms) = self.due_ms(header, timestamp_ms, joint) else { continue };
            let [key, value] = [key, value].map(|part| part.as_ref().map(pyo3::types::PyBytesMethods::as_bytes));
            records.push((key, value, due_ms));
        }
        let count = || {
            let mut meter = self.lock();
            for (key, value, due_ms) in &records {
                let unread = Change { key: None, done: Done::Written, due_ms: None };
                meter.take(&self.reading.read(*key, *value, *due_ms).unwrap_or(unread), consumed_ns);
            }
        };
        if records.len() >= DETACH_FROM {
            py.detach(count);
        } else {
            count();
        }
        Ok(())
    }

    fn counts(&self, now_ns: Int) -> PyResult<TableCounts> {
        let counts = self.lock().counts(now_ns.signed("now_ns")?);
        Ok(TableCounts {
            inserts: counts.inserts,
            updates: counts.updates,
            deletes: counts.deletes,
            tombstones: counts.tombstones,
            returned: counts.returned,
            missing: counts.missing,
            out_of_order: counts.out_of_order,
            timed: counts.timed,
            same_second: counts.same_second,
            unkeyed: counts.unkeyed,
            rows: counts.rows,
            keys: counts.keys,
            overflow: counts.overflow,
        })
    }
}
