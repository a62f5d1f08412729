"""The question and the answer: scenario files, runs, results, exports and the command line."""
