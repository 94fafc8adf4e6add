//! Checks of arguments, so that a wrong value is a `ValueError` that names the argument, its range and the value.
use std::fmt::Display;

use pyo3::exceptions::{PyOverflowError, PyValueError};
use pyo3::prelude::*;

/// Batches of at least so many records are worked on with the GIL released.
pub(crate) const DETACH_FROM: usize = 50;

/// A Python integer of any size, to be checked against its argument's range.
#[derive(Clone, Copy)]
pub(crate) enum Int {
    Value(i64),
    Huge,
}

impl<'a, 'py> FromPyObject<'a, 'py> for Int {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        match object.extract::<i64>() {
            Ok(value) => Ok(Self::Value(value)),
            Err(error) if error.is_instance_of::<PyOverflowError>(object.py()) => Ok(Self::Huge),
            Err(error) => Err(error),
        }
    }
}

impl Int {
    fn between(self, name: &str, min: i64, max: i64) -> PyResult<i64> {
        let found = match self {
            Self::Value(value) if (min..=max).contains(&value) => return Ok(value),
            Self::Value(value) => format!("not {value}"),
            Self::Huge => "not a number beyond 64 bits".to_owned(),
        };
        Err(PyValueError::new_err(format!("{name} must be from {min} to {max}, {found}")))
    }

    /// A time or an offset, which may be negative.
    pub(crate) fn signed(self, name: &str) -> PyResult<i64> {
        self.between(name, i64::MIN + 1, i64::MAX)
    }

    /// A number or a duration from 0 on.
    pub(crate) fn unsigned(self, name: &str) -> PyResult<u64> {
        Ok(self.between(name, 0, i64::MAX)?.unsigned_abs())
    }

    /// A number from `min` to the largest 32-bit one.
    pub(crate) fn small(self, name: &str, min: u32) -> PyResult<u32> {
        let value = self.between(name, min.into(), u32::MAX.into())?;
        u32::try_from(value).map_err(value_error)
    }
}

/// Maps an error of the core, whose message is a sentence, to `ValueError`.
pub(crate) fn value_error(error: impl Display) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// Refuses sequences that should be as long as each other.
pub(crate) fn same_length(name: &str, found: usize, other: &str, expected: usize) -> PyResult<()> {
    if found == expected {
        return Ok(());
    }
    Err(PyValueError::new_err(format!("{name} has {found} items, {other} has {expected}; they must be as many")))
}
