"""Floor 5: which model answers, and why. ``models`` reads names of models, ``router`` chooses."""
