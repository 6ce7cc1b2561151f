"""One module per screen. A view loads, validates, calls a service and answers."""
