"""The heap of dynamic languages: memory for objects, and the collector that takes it back."""
