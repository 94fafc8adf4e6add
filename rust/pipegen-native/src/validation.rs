//! The binding of the validator.
use std::collections::BTreeMap;

use pipegen_core::avro::{Fault, Reason, Schema};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;

use crate::arguments::{DETACH_FROM, Int, value_error};

/// What came of checking a batch of values.
#[pyclass(frozen, get_all, module = "pipegen._native")]
pub(crate) struct Validation {
    valid: u64,
    invalid: u64,
    nulls: u64,
    reasons: BTreeMap<String, u64>,
    first_fault: Option<(usize, String)>,
}

/// Checks values against a schema without decoding them.
#[pyclass(frozen, module = "pipegen._native")]
pub(crate) struct SchemaValidator {
    schema: Schema,
    skip_bytes: usize,
}

#[pymethods]
impl SchemaValidator {
    #[new]
    #[pyo3(signature = (schema_json, *, skip_bytes = Int::Value(0)), text_signature = "(schema_json, *, skip_bytes=0)")]
    fn new(schema_json: &str, skip_bytes: Int) -> PyResult<Self> {
        let schema = Schema::parse(schema_json).map_err(value_error)?;
        Ok(Self { schema, skip_bytes: usize::try_from(skip_bytes.small("skip_bytes", 0)?)? })
    }

    fn check(&self, value: &[u8]) -> Option<String> {
        self.fault(value).map(|fault| fault.to_string())
    }

    fn check_batch(&self, py: Python<'_>, values: Vec<Option<PyBackedBytes>>) -> Validation {
        if values.len() >= DETACH_FROM { py.detach(|| self.check_all(&values)) } else { self.check_all(&values) }
    }
}

impl SchemaValidator {
    fn fault(&self, value: &[u8]) -> Option<Fault> {
        match value.get(self.skip_bytes..) {
            Some(rest) => self.schema.check(rest).err(),
            None => Some(Fault { reason: Reason::Truncated, offset: value.len(), field: String::new() }),
        }
    }

    fn check_all(&self, values: &[Option<PyBackedBytes>]) -> Validation {
        let mut outcome = Validation { valid: 0, invalid: 0, nulls: 0, reasons: BTreeMap::new(), first_fault: None };
        for (index, value) in values.iter().enumerate() {
            let Some(value) = value else {
                outcome.nulls += 1;
                continue;
            };
            match self.fault(value) {
                None => outcome.valid += 1,
                Some(fault) => {
                    outcome.invalid += 1;
                    *outcome.reasons.entry(fault.reason.word().to_owned()).or_default() += 1;
                    outcome.first_fault.get_or_insert_with(|| (index, fault.to_string()));
                }
            }
        }
        outcome
    }
}
