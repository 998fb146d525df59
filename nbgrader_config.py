"""nbgrader's settings for this course. nbgrader reads them when it is started in this folder."""

c = get_config()  # noqa: F821 - nbgrader puts it there

c.CourseDirectory.release_directory = "assignments"

# What stays out of a release: nbgrader's own list, which setting it replaces, and the mistakes, which hold solutions.
# `grader release` reads the same list.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "mistakes.py"]

# nbgrader's own list, but `Judge` in the place of Execute and SaveAutoGrades: isolation, speed, and named mistakes.
c.Autograde.autograde_preprocessors = [
    "grader.gradebook.preprocessor.Judge",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# And before nbgrader's own guards, what no guard of its stands: cells deleted, doubled, retyped; files that are none.
c.Autograde.sanitize_preprocessors = [
    "grader.gradebook.preprocessor.Restore",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.exporter_class = "grader.gradebook.preprocessor.Reader"
