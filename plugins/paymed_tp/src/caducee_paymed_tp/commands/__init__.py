"""The commands, one a module: ``main(argv)`` returns the exit status."""
