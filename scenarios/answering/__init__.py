"""From the optimiser's solution to an answer: solved, priced again, stated as a result with its tasks."""
