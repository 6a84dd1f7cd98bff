"""The page: a client for the workspace in the browser, rendered here and kept live by server-sent events."""
