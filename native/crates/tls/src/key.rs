//! The private key that is not here: what rustls asks of it becomes a request, answered from outside.
//!
//! rustls wants the signature on the spot. So the step of a handshake that may need one runs on a thread of its own,
//! which leaves the request at its desk and sleeps until the answer comes or nobody can give it any more.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use rustls::client::ResolvesClientCert;
use rustls::pki_types::CertificateDer;
use rustls::sign::{CertifiedKey, Signer, SigningKey};
use rustls::{Error, SignatureAlgorithm, SignatureScheme};

/// How an RSA key signs the full message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// PSS with SHA-256 and a salt of 32 bytes (RFC 8446, 4.2.3): the only one of the two that TLS 1.3 takes.
    PssSha256,
    /// PKCS#1 v1.5 with SHA-256.
    Pkcs1Sha256,
}

impl Scheme {
    const ALL: [Self; 2] = [Self::PssSha256, Self::Pkcs1Sha256];

    fn code(self) -> SignatureScheme {
        match self {
            Self::PssSha256 => SignatureScheme::RSA_PSS_SHA256,
            Self::Pkcs1Sha256 => SignatureScheme::RSA_PKCS1_SHA256,
        }
    }
}

/// A signature that a handshake waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// How to sign.
    pub scheme: Scheme,
    /// The full message, not hashed.
    pub message: Vec<u8>,
}

/// Where one step of a handshake leaves its request and finds the answer.
pub(crate) struct Desk {
    pub(crate) ask: Box<dyn Fn(Request)>,
    pub(crate) answers: Receiver<Vec<u8>>,
}

thread_local! {
    static DESK: RefCell<Option<Desk>> = const { RefCell::new(None) };
}

/// Run `step` with this desk: signatures that it needs are asked there.
pub(crate) fn at<T>(desk: Desk, step: impl FnOnce() -> T) -> T {
    DESK.with_borrow_mut(|place| *place = Some(desk));
    let done = step();
    DESK.with_borrow_mut(|place| *place = None);
    done
}

/// The certificate with the key that is elsewhere, shown to every server that asks for one.
#[derive(Debug)]
pub(crate) struct Shown(Arc<CertifiedKey>);

impl Shown {
    pub(crate) fn new(chain: Vec<CertificateDer<'static>>, schemes: Vec<Scheme>) -> Self {
        Self(Arc::new(CertifiedKey::new(chain, Arc::new(Elsewhere(schemes)))))
    }
}

impl ResolvesClientCert for Shown {
    fn resolve(&self, _hints: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

#[derive(Debug)]
struct Elsewhere(Vec<Scheme>);

impl SigningKey for Elsewhere {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        let possible = |scheme: &Scheme| self.0.contains(scheme) && offered.contains(&scheme.code());
        let chosen = Scheme::ALL.into_iter().find(possible)?;
        Some(Box::new(Asked(chosen)))
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::RSA
    }
}

#[derive(Debug)]
struct Asked(Scheme);

impl Signer for Asked {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let request = Request { scheme: self.0, message: message.to_vec() };
        let answer = DESK.with_borrow(|place| {
            let desk = place.as_ref()?;
            (desk.ask)(request);
            desk.answers.recv().ok()
        });
        answer.ok_or_else(|| Error::General("no signature was given".into()))
    }

    fn scheme(&self) -> SignatureScheme {
        self.0.code()
    }
}
