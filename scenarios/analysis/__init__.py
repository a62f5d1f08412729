"""Answers a planner can defend: why in, why out, what one tonne more costs, what stands in the way, what else is near.

Every answer is a frozen object with ``to_json``; nothing here reads or writes a file.
"""
