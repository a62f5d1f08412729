"""How sure a plan is: numbers of the catalogue drawn at random, and the plan priced and measured in each drawn world.

One draw of a number stands for every source that uses it, so that what is wrong with a factor is wrong everywhere.
"""
