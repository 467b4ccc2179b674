"""Floor 5: what happened. ``logs`` sets up logging off the event loop."""
