"""nbgrader's settings for this course. nbgrader reads them when it is started in this folder."""

c = get_config()  # noqa: F821 - nbgrader puts it there

c.CourseDirectory.release_directory = "assignments"

# What stays out of a release: nbgrader's own list, which setting it replaces, and the mistakes, which hold solutions.
# `grader release` reads the same list.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "mistakes.py"]
