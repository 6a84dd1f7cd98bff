"""OPEN: one alert source per file; a source turns a webhook body into alerts."""
