//! `pipegen._native`: the Python binding of `pipegen-core`. The manual is `python/pipegen/_native.pyi`.
#![allow(clippy::needless_pass_by_value, reason = "PyO3 hands converted arguments over by value")]

mod arguments;
mod batch;
mod clock;
mod header;
mod histogram;
mod meters;
mod pacer;
mod records;
mod schedule;
mod schema;
mod sender;
mod table;
mod trace;
mod validation;

use pyo3::prelude::*;

/// The compiled part of PipeGen.
#[pymodule(gil_used = false)]
mod _native {
    #[pymodule_export]
    const HEADER_NAME: &str = pipegen_core::header::HEADER_NAME;
    #[pymodule_export]
    use crate::batch::{Delivery, RecordBatch};
    #[pymodule_export]
    use crate::clock::now_ns;
    #[pymodule_export]
    use crate::header::{is_of_load, probe_header};
    #[pymodule_export]
    use crate::histogram::HistogramSnapshot;
    #[pymodule_export]
    use crate::meters::{ConsumedBatch, InputArrivals, Meters, NotedEvent, Totals};
    #[pymodule_export]
    use crate::pacer::{Pacer, Permits};
    #[pymodule_export]
    use crate::records::RecordPlan;
    #[pymodule_export]
    use crate::schedule::Schedule;
    #[pymodule_export]
    use crate::schema::{SchemaCheck, SchemaNote, check_schema};
    #[pymodule_export]
    use crate::sender::KafkaSender;
    #[pymodule_export]
    use crate::table::{TableCounts, TableMeter};
    #[pymodule_export]
    use crate::trace::{Trace, TraceReader, TracedRecords};
    #[pymodule_export]
    use crate::validation::{FieldInterval, FieldProfile, FieldStats, SchemaValidator, Validation};
}
