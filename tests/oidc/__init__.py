"""A provider of sign-ins of another project: Django OAuth Toolkit, in a process of its own."""
