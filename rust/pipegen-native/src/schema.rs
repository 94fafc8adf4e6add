//! The binding of the schema reader: what is wrong with a schema, and what is odd about it.
use pipegen_core::avro::{Schema, SchemaError};
use pyo3::prelude::*;

/// What there is to say about one place of a schema.
#[pyclass(frozen, get_all, module = "pipegen._native")]
pub(crate) struct SchemaNote {
    path: String,
    problem: String,
    remedy: String,
}

impl From<&SchemaError> for SchemaNote {
    fn from(error: &SchemaError) -> Self {
        Self { path: error.path.clone(), problem: error.problem.clone(), remedy: error.remedy.clone() }
    }
}

/// What the reader says of a schema.
#[pyclass(frozen, module = "pipegen._native")]
pub(crate) struct SchemaCheck {
    #[pyo3(get)]
    fault: Option<Py<SchemaNote>>,
    #[pyo3(get)]
    warnings: Vec<Py<SchemaNote>>,
    #[pyo3(get)]
    ignored: Vec<String>,
}

/// Reads a schema.
#[pyfunction]
pub(crate) fn check_schema(py: Python<'_>, schema_json: &str) -> PyResult<SchemaCheck> {
    let note = |error: &SchemaError| Py::new(py, SchemaNote::from(error));
    Ok(match Schema::parse(schema_json) {
        Ok(schema) => SchemaCheck {
            fault: None,
            warnings: schema.warnings().iter().map(note).collect::<PyResult<_>>()?,
            ignored: schema.ignored().to_vec(),
        },
        Err(error) => SchemaCheck { fault: Some(note(&error)?), warnings: Vec::new(), ignored: Vec::new() },
    })
}
