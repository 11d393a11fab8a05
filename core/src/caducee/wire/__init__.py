"""What plugins share on the wire: TLS and HTTP, SOAP, VIHF, MTOM, XDS metadata."""
