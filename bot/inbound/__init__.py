"""The doors: Slack's commands and clicks, and the web."""
