"""From bytes to arrays: the catalogue, places and checks, safe fetching, readers, scaling and stand-ins.

Arrays in this room are NumPy's. Nothing is imported here, so that asking for one thing does not load the others.
"""
