"""Probe kinds: read-only looks at the world, one kind per file, each with one constant `PROBE`."""
