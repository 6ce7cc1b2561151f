"""Vision Playground. docs/architecture.md says what each package is for."""

VERSION = "0.1.0"  # as in pyproject.toml
