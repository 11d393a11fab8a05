//! Why a connection is not one. Nothing that the peer sent is kept: only what kind of refusal it was.

use rustls::{AlertDescription, CertificateError, Error};

/// What is wrong, by whom it can be put right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The bundle of authorities has no certificate that can be used.
    Authorities,
    /// Our certificate cannot be used.
    Identity,
    /// Not the name or the address of a server.
    Name,
    /// The server's certificate is of no pinned authority, or not for a server.
    ServerUntrusted,
    /// The server's certificate is for another name.
    ServerName,
    /// The server's certificate is not valid today.
    ServerExpired,
    /// The server refused our certificate.
    ClientRefused,
    /// The two sides have no version of TLS in common.
    Version,
    /// No signature was given.
    Unsigned,
    /// The peer left in the middle.
    CutShort,
    /// Any other disorder.
    Broken,
}

impl From<&Error> for Trouble {
    fn from(error: &Error) -> Self {
        match error {
            Error::InvalidCertificate(fault) => of_server(fault),
            Error::AlertReceived(alert) => of_alert(*alert),
            Error::PeerIncompatible(fault) if format!("{fault:?}").contains("Tls1") => Self::Version,
            Error::General(_) => Self::Unsigned,
            _ => Self::Broken,
        }
    }
}

fn of_server(fault: &CertificateError) -> Trouble {
    match fault {
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => Trouble::ServerExpired,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => Trouble::ServerName,
        _ => Trouble::ServerUntrusted,
    }
}

fn of_alert(alert: AlertDescription) -> Trouble {
    match alert {
        AlertDescription::CertificateRequired
        | AlertDescription::UnknownCA
        | AlertDescription::BadCertificate
        | AlertDescription::CertificateExpired
        | AlertDescription::CertificateRevoked
        | AlertDescription::CertificateUnknown
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::AccessDenied => Trouble::ClientRefused,
        AlertDescription::ProtocolVersion => Trouble::Version,
        _ => Trouble::Broken,
    }
}
