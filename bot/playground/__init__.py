"""A local Slack workspace and a breakable trading system, for the demo and the tests."""
