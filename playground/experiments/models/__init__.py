"""The rows of test sets, experiments and marks. What is done with them is in the modules above."""
