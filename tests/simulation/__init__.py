"""Histories by seeds: one process, a clock that they turn, and faults wherever some can be."""
