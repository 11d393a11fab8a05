//! The one way in and out: the GIL is left, panics do not cross, and every error becomes a `NativeError`.

use caducee_guard::{Defect, guard};
use caducee_keys::KeyError;
use caducee_package::Unfit;
use caducee_tls::Trouble;
use pyo3::prelude::{Bound, PyAny, PyErr, PyResult, Python};
use pyo3::types::{PyAnyMethods, PyBytes};
use pyo3::{create_exception, exceptions::PyException};

create_exception!(
    _native,
    NativeError,
    PyException,
    "Anything that the native side refuses: ``code``, ``file``, ``line``, ``path``."
);

/// Everything that the crates behind the border refuse.
#[derive(Debug)]
pub(crate) enum Refusal {
    Template(caducee_template::Error),
    Key(KeyError),
    Package(Unfit),
    Tls(Trouble),
    Defect(Defect),
}

impl From<Trouble> for Refusal {
    fn from(trouble: Trouble) -> Self {
        Self::Tls(trouble)
    }
}

impl From<caducee_template::Error> for Refusal {
    fn from(error: caducee_template::Error) -> Self {
        Self::Template(error)
    }
}

impl From<Unfit> for Refusal {
    fn from(unfit: Unfit) -> Self {
        Self::Package(unfit)
    }
}

impl From<KeyError> for Refusal {
    fn from(error: KeyError) -> Self {
        Self::Key(error)
    }
}

/// Run `work` without the GIL.
pub(crate) fn cross<T, F>(py: Python<'_>, work: F) -> PyResult<T>
where
    T: Send,
    F: Send + FnOnce() -> Result<T, Refusal>,
{
    py.detach(|| guard(work).unwrap_or_else(|defect| Err(Refusal::Defect(defect))))
        .map_err(|refusal| raise(py, &refusal))
}

/// Messages below this length are worked on in less time than it takes to leave the GIL and have it again.
const SHORT: usize = 4096;

/// Run `work` on a message of that length, without the GIL unless it is short.
pub(crate) fn cross_for<T, F>(py: Python<'_>, length: usize, work: F) -> PyResult<T>
where
    T: Send,
    F: Send + FnOnce() -> Result<T, Refusal>,
{
    if length >= SHORT {
        return cross(py, work);
    }
    guard(work).unwrap_or_else(|defect| Err(Refusal::Defect(defect))).map_err(|refusal| raise(py, &refusal))
}

/// Copy bytes to Python.
pub(crate) fn bytes<'py>(py: Python<'py>, data: &[u8]) -> Bound<'py, PyBytes> {
    PyBytes::new(py, data)
}

/// The exception of a refusal.
pub(crate) fn raise(py: Python<'_>, refusal: &Refusal) -> PyErr {
    let (code, file, line, path, message) = match refusal {
        Refusal::Template(error) => (error.code(), error.file(), error.line(), error.path(), error.to_string()),
        Refusal::Key(KeyError::Unreadable) => ("key.unreadable", "", 0, "", "not an RSA key in PKCS#8".to_owned()),
        Refusal::Key(KeyError::Unusable) => ("key.unusable", "", 0, "", "the key did not sign".to_owned()),
        Refusal::Package(Unfit::Name) => ("package.name", "", 0, "", "a name that does not fit".to_owned()),
        Refusal::Package(Unfit::Twice) => ("package.twice", "", 0, "", "two entries of one name".to_owned()),
        Refusal::Tls(trouble) => {
            let (code, message) = words(*trouble);
            (code, "", 0, "", message.to_owned())
        }
        Refusal::Defect(Defect(place)) => ("defect", "", 0, "", format!("a defect at {place}")),
    };
    let raised = NativeError::new_err(message);
    let described = describe(raised.value(py), code, file, line, path);
    described.map_or_else(|failed| failed, |()| raised)
}

fn describe(error: &Bound<'_, PyAny>, code: &str, file: &str, line: u32, path: &str) -> PyResult<()> {
    error.setattr("code", code)?;
    error.setattr("file", file)?;
    error.setattr("line", line)?;
    error.setattr("path", path)
}

/// The code and the words of a trouble.
fn words(trouble: Trouble) -> (&'static str, &'static str) {
    match trouble {
        Trouble::Authorities => ("tls.authorities", "no authority in the bundle"),
        Trouble::Identity => ("tls.identity", "no certificate to show"),
        Trouble::Name => ("tls.name", "not the name of a server"),
        Trouble::ServerUntrusted => ("tls.server_untrusted", "the server is of no pinned authority"),
        Trouble::ServerName => ("tls.server_name", "the server's certificate is for another name"),
        Trouble::ServerExpired => ("tls.server_expired", "the server's certificate is not valid today"),
        Trouble::ClientRefused => ("tls.client_refused", "the server refused our certificate"),
        Trouble::Version => ("tls.version", "no version of TLS in common"),
        Trouble::Unsigned => ("tls.unsigned", "no signature was given"),
        Trouble::CutShort => ("tls.cut_short", "the server left in the middle"),
        Trouble::Broken => ("tls.broken", "the connection is out of order"),
    }
}
