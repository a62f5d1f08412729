"""From a scenario to the optimiser's problem: options over years, rows, rules between choices, and back."""
