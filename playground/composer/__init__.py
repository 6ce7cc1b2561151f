"""The start page: its form, its pictures, what a press would cost.

Open views.py first.
"""
