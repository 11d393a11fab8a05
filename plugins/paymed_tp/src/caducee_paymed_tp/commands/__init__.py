"""The sub-commands of ``caducee tp``, a module each."""
