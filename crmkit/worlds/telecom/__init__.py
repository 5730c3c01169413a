"""The telecom world: what it declares, and how each of its tables is drawn."""
