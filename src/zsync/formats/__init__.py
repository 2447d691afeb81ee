"""Text or JSON to values and back: no input or output."""
