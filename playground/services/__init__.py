"""What crosses a border: creating and carrying runs, storing pictures, talking to providers."""
