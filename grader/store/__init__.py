"""Results in a database, each as it was found, for good.  The one room beside the gradebook's that imports SQLAlchemy.

- `results`: a URL → what was judged there; what is judged already by the same checks; all attempts
- `keeping`: results of one run as they come → the database, one transaction each
- `tables`, `documents`, `conditions`: what a row holds

A row is never changed and never deleted. Never judges.
"""


class StoreError(Exception):
    """The store does not give or take what was asked; the sentence is for the instructor."""
