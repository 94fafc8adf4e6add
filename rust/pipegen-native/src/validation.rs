//! The binding of the validator and of the statistics that it takes of each field.
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pipegen_core::avro::{Fault, Profile, ProfilePlan, Reason, Schema};
use pipegen_core::sketch::DISTINCT_ERROR;
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
    invalid_indexes: Vec<usize>,
}

/// What is known of one field.
#[pyclass(frozen, get_all, module = "pipegen._native")]
pub(crate) struct FieldStats {
    path: String,
    type_word: String,
    present: u64,
    nulls: u64,
    distinct: u64,
    range: Option<(String, String)>,
}

/// What came of one field since it was asked last.
#[pyclass(frozen, get_all, module = "pipegen._native")]
pub(crate) struct FieldInterval {
    path: String,
    present: u64,
    nulls: u64,
    numbers: Option<(f64, f64)>,
}

/// Statistics of each field, filled by validators.
#[pyclass(frozen, module = "pipegen._native")]
pub(crate) struct FieldProfile {
    profile: Arc<Mutex<Profile>>,
}

/// Statistics are whole even when a thread died while it filled them in.
fn lock(profile: &Mutex<Profile>) -> MutexGuard<'_, Profile> {
    profile.lock().unwrap_or_else(PoisonError::into_inner)
}

#[pymethods]
impl FieldProfile {
    #[new]
    #[pyo3(text_signature = "()")]
    fn new() -> Self {
        Self { profile: Arc::default() }
    }

    fn fields(&self, py: Python<'_>) -> Vec<FieldStats> {
        let stats = py.detach(|| lock(&self.profile).stats());
        stats
            .into_iter()
            .map(|each| FieldStats {
                path: each.path,
                type_word: each.type_word,
                present: each.present,
                nulls: each.nulls,
                distinct: each.distinct,
                range: each.range,
            })
            .collect()
    }

    fn take_interval(&self, py: Python<'_>) -> Vec<FieldInterval> {
        let intervals = py.detach(|| lock(&self.profile).take_interval());
        intervals
            .into_iter()
            .map(|each| FieldInterval {
                path: each.path,
                present: each.present,
                nulls: each.nulls,
                numbers: each.numbers,
            })
            .collect()
    }

    #[getter]
    fn skipped_fields(&self) -> u64 {
        lock(&self.profile).skipped()
    }

    #[getter]
    #[expect(clippy::unused_self, reason = "a property of every profile")]
    const fn distinct_error_ratio(&self) -> f64 {
        DISTINCT_ERROR
    }
}

/// Checks values against a schema without decoding them.
#[pyclass(frozen, module = "pipegen._native")]
pub(crate) struct SchemaValidator {
    schema: Schema,
    skip_bytes: usize,
    profile: Option<(ProfilePlan, Arc<Mutex<Profile>>)>,
}

#[pymethods]
impl SchemaValidator {
    #[new]
    #[pyo3(
        signature = (schema_json, *, skip_bytes = Int::Value(0), profile = None),
        text_signature = "(schema_json, *, skip_bytes=0, profile=None)"
    )]
    fn new(schema_json: &str, skip_bytes: Int, profile: Option<Bound<'_, FieldProfile>>) -> PyResult<Self> {
        let schema = Schema::parse(schema_json).map_err(value_error)?;
        let skip_bytes = usize::try_from(skip_bytes.small("skip_bytes", 0)?)?;
        let profile = profile.map(|profile| {
            let profile = Arc::clone(&profile.get().profile);
            let plan = ProfilePlan::compile(&schema, &mut lock(&profile));
            (plan, profile)
        });
        Ok(Self { schema, skip_bytes, profile })
    }

    fn check(&self, value: &[u8]) -> Option<String> {
        self.body(value).err().map(|fault| fault.to_string())
    }

    fn check_batch(&self, py: Python<'_>, values: Vec<Option<PyBackedBytes>>) -> Validation {
        if values.len() >= DETACH_FROM { py.detach(|| self.check_all(&values)) } else { self.check_all(&values) }
    }
}

impl SchemaValidator {
    /// What follows the skipped bytes, when it is exactly one value.
    fn body<'a>(&self, value: &'a [u8]) -> Result<&'a [u8], Fault> {
        let cut_off = || Fault { reason: Reason::Truncated, offset: value.len(), field: String::new() };
        let rest = value.get(self.skip_bytes..).ok_or_else(cut_off)?;
        self.schema.check(rest).map(|()| rest)
    }

    fn check_all(&self, values: &[Option<PyBackedBytes>]) -> Validation {
        let mut profile = self.profile.as_ref().map(|(plan, profile)| (plan, lock(profile)));
        let mut outcome = Validation {
            valid: 0,
            invalid: 0,
            nulls: 0,
            reasons: BTreeMap::new(),
            first_fault: None,
            invalid_indexes: Vec::new(),
        };
        for (index, value) in values.iter().enumerate() {
            let Some(value) = value else {
                outcome.nulls += 1;
                continue;
            };
            match self.body(value) {
                Ok(body) => {
                    outcome.valid += 1;
                    if let Some((plan, profile)) = &mut profile {
                        plan.observe(&self.schema, body, profile);
                    }
                }
                Err(fault) => {
                    outcome.invalid += 1;
                    *outcome.reasons.entry(fault.reason.word().to_owned()).or_default() += 1;
                    outcome.invalid_indexes.push(index);
                    outcome.first_fault.get_or_insert_with(|| (index, fault.to_string()));
                }
            }
        }
        outcome
    }
}
