"""What runs beyond the wall, beside the submission: it holds no secret and decides nothing.

These modules are loaded by a process of their own; the grader's process imports none of them.
"""
