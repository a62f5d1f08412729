"""The pages: each a function of the state and the answer to it."""
