"""A simulated MSSanté operator: submission and mailboxes over TLS, the rules of the network, patients who answer."""
