//! Handshakes in memory with a server that demands a certificate.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair};
use caducee_tls::{Client, Connection, Identity, Request, Scheme, Step, Trouble};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::version::{TLS12, TLS13};
use rustls::{RootCertStore, ServerConfig, ServerConnection, SupportedProtocolVersion};

static AUTHORITIES: AtomicU32 = AtomicU32::new(0);

struct Authority {
    pem: String,
    der: Vec<u8>,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let key = rsa();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params
            .distinguished_name
            .push(DnType::CommonName, format!("Authority {}", AUTHORITIES.fetch_add(1, Ordering::Relaxed)));
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap();
        Self { pem: certificate.pem(), der: certificate.der().to_vec(), issuer: Issuer::new(params, key) }
    }

    fn issue(&self, name: &str, expired: bool) -> (Vec<u8>, KeyPair) {
        let key = rsa();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        if expired {
            params.not_after = rcgen::date_time_ymd(2001, 1, 1);
        }
        (params.signed_by(&key, &self.issuer).unwrap().der().to_vec(), key)
    }
}

struct Holder {
    certificate: Vec<u8>,
    key: RsaKeyPair,
}

impl Holder {
    fn of(authority: &Authority) -> Self {
        let (certificate, key) = authority.issue("holder.example", false);
        Self { certificate, key: RsaKeyPair::from_pkcs8(&key.serialize_der()).unwrap() }
    }

    fn client(&self, authority: &Authority, schemes: &[Scheme]) -> Client {
        let identity = Identity { chain: vec![self.certificate.clone()], schemes: schemes.to_vec() };
        Client::new(authority.pem.as_bytes(), identity, &["http/1.1"]).unwrap_or_else(|trouble| panic!("{trouble:?}"))
    }

    fn sign(&self, request: &Request) -> Vec<u8> {
        let mut signature = vec![0; self.key.public_modulus_len()];
        let encoding = match request.scheme {
            Scheme::PssSha256 => &RSA_PSS_SHA256,
            Scheme::Pkcs1Sha256 => &RSA_PKCS1_SHA256,
        };
        self.key.sign(encoding, &SystemRandom::new(), &request.message, &mut signature).unwrap();
        signature
    }
}

fn rsa() -> KeyPair {
    KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap()
}

const BOTH: [Scheme; 2] = [Scheme::PssSha256, Scheme::Pkcs1Sha256];
const ALL: &[&SupportedProtocolVersion] = &[&TLS13, &TLS12];

fn server(
    authority: &Authority,
    clients: &Authority,
    versions: &[&'static SupportedProtocolVersion],
) -> Arc<ServerConfig> {
    server_named("localhost", false, authority, clients, versions)
}

fn server_named(
    name: &str,
    expired: bool,
    authority: &Authority,
    clients: &Authority,
    versions: &[&'static SupportedProtocolVersion],
) -> Arc<ServerConfig> {
    let (certificate, key) = authority.issue(name, expired);
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(clients.der.clone())).unwrap();
    let provider = Arc::new(default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build().unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(provider).with_protocol_versions(versions).unwrap();
    Arc::new(
        config
            .with_client_cert_verifier(verifier)
            .with_single_cert(vec![CertificateDer::from(certificate)], key)
            .unwrap(),
    )
}

/// Carry bytes both ways until nothing moves; how many signatures were asked.
fn talk(client: &mut Connection, server: &mut ServerConnection, holder: &Holder) -> Result<u32, Trouble> {
    let mut asked = 0;
    loop {
        let sent = client.outgoing();
        let mut rest = &sent[..];
        while !rest.is_empty() {
            server.read_tls(&mut rest).unwrap();
            let _ = server.process_new_packets();
        }
        let mut answer = Vec::new();
        while server.wants_write() {
            server.write_tls(&mut answer).unwrap();
        }
        if answer.is_empty() {
            return Ok(asked);
        }
        let mut step = client.receive(&answer)?;
        while let Step::Sign(request) = step {
            asked += 1;
            step = client.signed(holder.sign(&request))?;
        }
    }
}

fn connected(client: &Client, server: &Arc<ServerConfig>, holder: &Holder) -> Result<(Connection, u32), Trouble> {
    let mut here = client.connect("localhost").unwrap_or_else(|trouble| panic!("{trouble:?}"));
    let mut there = ServerConnection::new(Arc::clone(server)).unwrap();
    let asked = talk(&mut here, &mut there, holder)?;
    here.write(b"question")?;
    talk(&mut here, &mut there, holder)?;
    let mut heard = [0; 8];
    there.reader().read_exact(&mut heard).map_err(|_| Trouble::Broken)?;
    there.writer().write_all(b"answer").unwrap();
    talk(&mut here, &mut there, holder)?;
    assert_eq!(here.text(), b"answer");
    Ok((here, asked))
}

#[test]
fn a_key_with_pss_signs_a_handshake_of_tls_1_3_once() {
    let authority = Authority::new();
    let holder = Holder::of(&authority);
    let client = holder.client(&authority, &BOTH);
    let (connection, asked) = connected(&client, &server(&authority, &authority, ALL), &holder).unwrap();
    assert_eq!((connection.version(), asked, connection.is_resumed()), ("1.3", 1, false));
}

#[test]
fn a_key_without_pss_speaks_tls_1_2_with_a_server_that_has_both() {
    let authority = Authority::new();
    let holder = Holder::of(&authority);
    let client = holder.client(&authority, &[Scheme::Pkcs1Sha256]);
    let (connection, asked) = connected(&client, &server(&authority, &authority, ALL), &holder).unwrap();
    assert_eq!((connection.version(), asked), ("1.2", 1));
}

#[test]
fn a_key_without_pss_has_no_version_in_common_with_a_server_of_tls_1_3_only() {
    let authority = Authority::new();
    let holder = Holder::of(&authority);
    let client = holder.client(&authority, &[Scheme::Pkcs1Sha256]);
    let refused = connected(&client, &server(&authority, &authority, &[&TLS13]), &holder);
    assert_eq!(refused.err(), Some(Trouble::Version));
}

#[test]
fn the_next_connections_resume_without_a_signature() {
    let authority = Authority::new();
    let holder = Holder::of(&authority);
    for schemes in [&BOTH[..], &BOTH[1..]] {
        let client = holder.client(&authority, schemes);
        let there = server(&authority, &authority, ALL);
        assert_eq!(connected(&client, &there, &holder).unwrap().1, 1);
        for _ in 0..3 {
            let (connection, asked) = connected(&client, &there, &holder).unwrap();
            assert_eq!((asked, connection.is_resumed()), (0, true));
        }
    }
}

#[test]
fn a_server_of_another_authority_is_refused_and_nothing_is_signed() {
    let (authority, other) = (Authority::new(), Authority::new());
    let holder = Holder::of(&authority);
    let client = holder.client(&authority, &BOTH);
    let refused = connected(&client, &server(&other, &authority, ALL), &holder);
    assert_eq!(refused.err(), Some(Trouble::ServerUntrusted));
}

#[test]
fn a_server_of_another_name_is_refused() {
    let authority = Authority::new();
    let holder = Holder::of(&authority);
    let there = server_named("elsewhere.example", false, &authority, &authority, ALL);
    assert_eq!(connected(&holder.client(&authority, &BOTH), &there, &holder).err(), Some(Trouble::ServerName));
}

#[test]
fn a_server_whose_certificate_is_over_is_refused() {
    let authority = Authority::new();
    let holder = Holder::of(&authority);
    let there = server_named("localhost", true, &authority, &authority, ALL);
    assert_eq!(connected(&holder.client(&authority, &BOTH), &there, &holder).err(), Some(Trouble::ServerExpired));
}

#[test]
fn a_server_that_refuses_our_certificate_says_so() {
    let (authority, other) = (Authority::new(), Authority::new());
    let holder = Holder::of(&other);
    for versions in [&[&TLS12][..], &[&TLS13][..]] {
        let there = server(&authority, &authority, versions);
        let refused = connected(&holder.client(&authority, &BOTH), &there, &holder);
        assert_eq!(refused.err(), Some(Trouble::ClientRefused));
    }
}

#[test]
fn a_handshake_that_waits_for_a_signature_takes_nothing_else_and_can_be_given_up() {
    let authority = Authority::new();
    let holder = Holder::of(&authority);
    let mut here =
        holder.client(&authority, &BOTH).connect("localhost").unwrap_or_else(|trouble| panic!("{trouble:?}"));
    let mut there = ServerConnection::new(server(&authority, &authority, ALL)).unwrap();
    there.read_tls(&mut &here.outgoing()[..]).unwrap();
    there.process_new_packets().unwrap();
    let mut flight = Vec::new();
    while there.wants_write() {
        there.write_tls(&mut flight).unwrap();
    }
    assert!(matches!(here.receive(&flight), Ok(Step::Sign(_))));
    assert!(here.is_handshaking());
    assert_eq!(here.receive(b"more"), Err(Trouble::Broken));
    assert_eq!(here.write(b"text"), Err(Trouble::Broken));
    drop(here);
}

#[test]
fn a_server_that_leaves_in_the_middle_is_told_from_one_that_closes() {
    let authority = Authority::new();
    let holder = Holder::of(&authority);
    let client = holder.client(&authority, &BOTH);
    let there = server(&authority, &authority, ALL);
    let mut here = connected(&client, &there, &holder).unwrap().0;
    assert_eq!(here.receive(b""), Err(Trouble::CutShort));
    let mut unanswered = client.connect("localhost").unwrap_or_else(|trouble| panic!("{trouble:?}"));
    assert_eq!(unanswered.receive(b""), Err(Trouble::CutShort));
}

#[test]
fn what_is_no_identity_no_authority_or_no_name_is_refused() {
    let authority = Authority::new();
    let holder = Holder::of(&authority);
    let made = |bundle: &[u8], schemes: Vec<Scheme>| {
        let identity = Identity { chain: vec![holder.certificate.clone()], schemes };
        Client::new(bundle, identity, &[]).err()
    };
    assert_eq!(made(b"no certificate", BOTH.to_vec()), Some(Trouble::Authorities));
    assert_eq!(made(authority.pem.as_bytes(), Vec::new()), Some(Trouble::Identity));
    let client = holder.client(&authority, &BOTH);
    assert_eq!(client.connect("not a name").err(), Some(Trouble::Name));
}

#[test]
fn bytes_that_are_not_tls_break_the_connection() {
    let authority = Authority::new();
    let client = Holder::of(&authority).client(&authority, &BOTH);
    let mut here = client.connect("localhost").unwrap_or_else(|trouble| panic!("{trouble:?}"));
    assert_eq!(here.receive(b"HTTP/1.1 400 Bad Request\r\n\r\n"), Err(Trouble::Broken));
}
