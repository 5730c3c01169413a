"""Benchmarks: one script a subject, against peers in one run, ratios printed."""
