//! `TlsClient` and `TlsConnection`.

use std::sync::{Mutex, PoisonError};

use caducee_tls::{Client, Connection, Identity, Scheme, Step, Trouble};
use pyo3::prelude::{Bound, PyResult, Python, pyclass, pymethods};
use pyo3::pybacked::PyBackedStr;
use pyo3::types::PyBytes;

use crate::border::{bytes, cross};

/// One identity before servers of some authorities.
#[pyclass(frozen, module = "caducee_native._native")]
pub(crate) struct TlsClient(Client);

/// A client's end of one connection.
#[pyclass(frozen, module = "caducee_native._native")]
pub(crate) struct TlsConnection(Mutex<Connection>);

type Asked<'py> = Option<(&'static str, Bound<'py, PyBytes>)>;

#[pymethods]
impl TlsClient {
    #[new]
    #[pyo3(signature = (*, authorities, chain, pss, protocols))]
    fn new(
        py: Python<'_>,
        authorities: &[u8],
        chain: Vec<Vec<u8>>,
        pss: bool,
        protocols: Vec<PyBackedStr>,
    ) -> PyResult<Self> {
        let schemes = if pss { vec![Scheme::PssSha256, Scheme::Pkcs1Sha256] } else { vec![Scheme::Pkcs1Sha256] };
        let names: Vec<&str> = protocols.iter().map(|name| &**name).collect();
        cross(py, || Ok(Self(Client::new(authorities, Identity { chain, schemes }, &names)?)))
    }

    /// Begin a connection.
    fn connect(&self, py: Python<'_>, server: &str) -> PyResult<TlsConnection> {
        cross(py, || Ok(TlsConnection(Mutex::new(self.0.connect(server)?))))
    }
}

#[pymethods]
impl TlsConnection {
    /// Take in what the network brought.
    fn receive<'py>(&self, py: Python<'py>, data: &[u8]) -> PyResult<Asked<'py>> {
        self.step(py, |connection| connection.receive(data))
    }

    /// Give the signature that was asked for.
    fn signed<'py>(&self, py: Python<'py>, signature: &[u8]) -> PyResult<Asked<'py>> {
        self.step(py, |connection| connection.signed(signature.to_vec()))
    }

    /// Encrypt text for the server.
    fn write(&self, py: Python<'_>, text: &[u8]) -> PyResult<()> {
        cross(py, || Ok(self.inside(|connection| connection.write(text))?))
    }

    /// Take what is to be sent now.
    fn outgoing<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let data = cross(py, || Ok(self.inside(Connection::outgoing)))?;
        Ok(bytes(py, &data))
    }

    /// Take the text that came.
    fn text<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let data = cross(py, || Ok(self.inside(Connection::text)))?;
        Ok(bytes(py, &data))
    }

    #[getter]
    fn handshaking(&self) -> bool {
        self.inside(|connection| connection.is_handshaking())
    }

    #[getter]
    fn closed(&self) -> bool {
        self.inside(|connection| connection.is_closed())
    }

    #[getter]
    fn lacks_ticket(&self) -> bool {
        self.inside(|connection| connection.lacks_ticket())
    }
}

impl TlsConnection {
    fn inside<T>(&self, work: impl FnOnce(&mut Connection) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn step<'py, F>(&self, py: Python<'py>, work: F) -> PyResult<Asked<'py>>
    where
        F: Send + FnOnce(&mut Connection) -> Result<Step, Trouble>,
    {
        match cross(py, || Ok(self.inside(work)?))? {
            Step::Done => Ok(None),
            Step::Sign(request) => Ok(Some((name(request.scheme), bytes(py, &request.message)))),
        }
    }
}

fn name(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::PssSha256 => "pss-sha256",
        Scheme::Pkcs1Sha256 => "pkcs1-sha256",
    }
}
