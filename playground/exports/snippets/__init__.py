"""Code that asks the same of the provider.

Open wavespeed.py first.
"""
