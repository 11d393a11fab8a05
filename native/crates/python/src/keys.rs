//! `RsaKey`.

use pyo3::prelude::{Bound, PyResult, Python, pyclass, pymethods};
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyList};

use crate::batch::{Cancel, many};
use crate::border::{bytes, cross};

/// A private RSA key held in software.
#[pyclass(frozen, module = "caducee_native._native")]
pub(crate) struct RsaKey(caducee_keys::RsaKey);

#[pymethods]
impl RsaKey {
    /// Read an unencrypted PKCS#8 key in DER.
    #[staticmethod]
    fn from_pkcs8(py: Python<'_>, der: &[u8]) -> PyResult<Self> {
        cross(py, || Ok(Self(caducee_keys::RsaKey::from_pkcs8(der)?)))
    }

    /// PKCS#1 v1.5 with SHA-256 over the full message.
    fn sign_sha256<'py>(&self, py: Python<'py>, data: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
        let signature = cross(py, || Ok(self.0.sign_sha256(data)?))?;
        Ok(bytes(py, &signature))
    }

    /// Sign many messages: for each its signature, its error, or `None` when the batch was cancelled before it.
    #[pyo3(signature = (messages, *, workers, cancel = None))]
    fn sign_many<'py>(
        &self,
        py: Python<'py>,
        messages: Vec<PyBackedBytes>,
        workers: usize,
        cancel: Option<&Cancel>,
    ) -> PyResult<Bound<'py, PyList>> {
        let sign = |message: &[u8]| Ok(self.0.sign_sha256(message)?);
        many(py, &messages, workers, cancel, sign, |signature| Ok(bytes(py, &signature).into_any()))
    }
}
