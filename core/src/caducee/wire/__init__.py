"""What plugins share to speak to national services: HTTP and TLS, SOAP 1.2, MTOM, VIHF, XDS metadata, signatures."""
