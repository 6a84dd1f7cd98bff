"""OPEN: one way of paging a person per file."""
