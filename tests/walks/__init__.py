"""Random walks through the product in a real browser: whatever a person can reach is looked at.

`python -m tests.walks --seeds 0:50` walks. `ground.py` is what is walked on, `steps.py` what a
walker does and `whims.py` how one is chosen, `looks.py` with the scripts what has to be true after
each, `walk.py` puts them together, `shortest.py` finds the shortest way to a fault.
"""
