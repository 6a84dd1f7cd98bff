"""Venues and brokers: one file each, with one constant `VENUE`: paths, signing, and how to read the answers."""
