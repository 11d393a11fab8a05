"""For plugin authors: kernel in memory, moving clock, fake card."""
