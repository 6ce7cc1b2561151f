"""Claims about the whole product: how it is installed, what each lock holds."""
