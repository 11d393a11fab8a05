"""What the tests of the sandbox share: a running sandbox, raw clients and hand-made messages."""
