//! `archive()`.

use caducee_package::zip;
use pyo3::prelude::{Bound, PyResult, Python, pyfunction};
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::PyBytes;

use crate::border::{bytes, cross};

/// Write a zip archive of stored entries; they are pairs of name and bytes.
#[pyfunction]
pub(crate) fn archive<'py>(
    py: Python<'py>,
    entries: Vec<(PyBackedStr, PyBackedBytes)>,
) -> PyResult<Bound<'py, PyBytes>> {
    let written = cross(py, || {
        let entries: Vec<_> = entries.iter().map(|(name, content)| zip::Entry { name, content }).collect();
        Ok(zip::write(&entries)?)
    })?;
    Ok(bytes(py, &written))
}
