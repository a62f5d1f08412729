"""Answers while the hand is on the mouse: a scenario kept compiled, edits on top of it, parts solved again as needed.

What comes out is a preview. It is proven to the gap it states and added up from the optimiser's arrays; a plan that is
saved or handed out is solved afresh and priced a second time, task by task, by ``scenarios.answering.run``.
"""
