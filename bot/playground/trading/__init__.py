"""A breakable trading system in the shape of hft, with its monitoring: what alerts are about in the demo and the tests.

`TradingSystem` (system.py) is the whole; `Monitoring` (monitoring.py) watches it from outside, over HTTP alone."""
