"""The benchmarks: how fast alerts are taken in, how soon people are paged, against a floor measured in the same run."""
