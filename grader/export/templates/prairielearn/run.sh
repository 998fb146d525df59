#!/usr/bin/env bash
# PrairieLearn runs this once a submission, in the image of the Dockerfile beside it. Where nothing could be judged there
# is no results.json, and PrairieLearn says so.
mkdir -p /grade/results
rm -f /grade/results/results.json
chmod 600 /grade/tests/course/.grader-seed # git keeps no such mode
export GRADER_CACHE=/grade/tests/derived
export PYTHONPATH="/grade/tests${PYTHONPATH:+:$PYTHONPATH}"
python3 -P -m grader.cli check /grade/student --ci --assignment @SLUG@ --course /grade/tests/course
status=$?
[ "$status" = 1 ] && [ -f /grade/results/results.json ] && status=0 # judged, and something does not hold
exit "$status"
