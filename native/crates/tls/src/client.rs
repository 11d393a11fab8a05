//! What all connections of one identity have in common, sessions to resume included.

use std::sync::Arc;

use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::version::{TLS12, TLS13};
use rustls::{CipherSuite, ClientConfig, RootCertStore, SupportedCipherSuite, SupportedProtocolVersion};

use crate::connection::Connection;
use crate::key::{Scheme, Shown};
use crate::trouble::Trouble;

const SERVERS_REMEMBERED: usize = 16;

/// The suites that the DMP lists for TLS 1.2, those of them that authenticate their data.
const TLS12_SUITES: [CipherSuite; 3] = [
    CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
];

/// Our certificate, and how its key can sign.
pub struct Identity {
    /// The certificate, then what links it to its authority; DER.
    pub chain: Vec<Vec<u8>>,
    /// A key without [`Scheme::PssSha256`] speaks TLS 1.2 only: TLS 1.3 takes nothing else from an RSA key, and a
    /// server that was offered 1.3 does not come back to 1.2.
    pub schemes: Vec<Scheme>,
}

/// One identity before servers of these authorities. Its connections resume each other's sessions.
pub struct Client(Arc<ClientConfig>);

impl Client {
    /// `authorities` is a PEM bundle; no other authority is trusted. `protocols` are offered by ALPN.
    ///
    /// # Errors
    /// [`Trouble::Authorities`], [`Trouble::Identity`].
    pub fn new(authorities: &[u8], identity: Identity, protocols: &[&str]) -> Result<Self, Trouble> {
        let provider = Arc::new(provider());
        let trusted = WebPkiServerVerifier::builder_with_provider(Arc::new(roots(authorities)?), Arc::clone(&provider));
        let verifier = trusted.build().map_err(|_| Trouble::Authorities)?;
        let chain: Vec<_> = identity.chain.into_iter().map(CertificateDer::from).collect();
        if chain.is_empty() || identity.schemes.is_empty() {
            return Err(Trouble::Identity);
        }
        let versions = versions(&identity.schemes);
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .map_err(|_| Trouble::Identity)?
            .dangerous() // the name of rustls for a verifier that is given; this one is its own
            .with_custom_certificate_verifier(verifier)
            .with_client_cert_resolver(Arc::new(Shown::new(chain, identity.schemes)));
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        config.resumption = Resumption::in_memory_sessions(SERVERS_REMEMBERED);
        Ok(Self(Arc::new(config)))
    }

    /// Begin a connection to a server by its name or address, which its certificate must carry.
    ///
    /// # Errors
    /// [`Trouble::Name`].
    pub fn connect(&self, server: &str) -> Result<Connection, Trouble> {
        let name = ServerName::try_from(server.to_owned()).map_err(|_| Trouble::Name)?;
        Connection::begin(Arc::clone(&self.0), name)
    }
}

fn provider() -> CryptoProvider {
    let mut provider = aws_lc_rs::default_provider();
    let kept = |suite: &SupportedCipherSuite| suite.tls13().is_some() || TLS12_SUITES.contains(&suite.suite());
    provider.cipher_suites.retain(kept);
    provider
}

fn roots(authorities: &[u8]) -> Result<RootCertStore, Trouble> {
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(authorities) {
        store.add(certificate.map_err(|_| Trouble::Authorities)?).map_err(|_| Trouble::Authorities)?;
    }
    if store.is_empty() { Err(Trouble::Authorities) } else { Ok(store) }
}

const ANY: &[&SupportedProtocolVersion] = &[&TLS13, &TLS12];

fn versions(schemes: &[Scheme]) -> &'static [&'static SupportedProtocolVersion] {
    if schemes.contains(&Scheme::PssSha256) { ANY } else { &ANY[1..] }
}
