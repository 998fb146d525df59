"""One emitter a format: a report in, text or a file out; none decides anything."""
