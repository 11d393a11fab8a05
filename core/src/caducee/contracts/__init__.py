"""Protocols that plugins, keys and the kernel offer each other."""
