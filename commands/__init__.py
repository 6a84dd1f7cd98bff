"""OPEN: one slash command per file; the same definition serves Slack, a thread and a terminal."""
