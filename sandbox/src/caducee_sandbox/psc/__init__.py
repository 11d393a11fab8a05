"""The simulated Pro Santé Connect: log-in of professionals by OpenID Connect."""
