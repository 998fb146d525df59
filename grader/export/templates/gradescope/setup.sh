#!/usr/bin/env bash
# Gradescope runs this once, when it builds the image. Its last step judges the model answer.
set -euo pipefail
cd /autograder/source
export DEBIAN_FRONTEND=noninteractive

apt-get update
apt-get install -y --no-install-recommends bubblewrap python3-venv
suitable() { "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
suitable python3 || apt-get install -y --no-install-recommends python3.12-venv ||
  apt-get install -y --no-install-recommends python3.11-venv
for name in python3 python3.13 python3.12 python3.11; do
  if suitable "$name"; then python=$name; break; fi
done
if [ -z "${python:-}" ]; then
  echo "This image has no Python 3.11 or newer: choose one with Ubuntu 22.04 or newer." >&2
  exit 1
fi

"$python" -m venv /autograder/venv
/autograder/venv/bin/python -m pip install --disable-pip-version-check -r requirements.txt
chmod 600 course/.grader-seed
chmod 755 run_autograder

# Exit code 2 says that this place gives too little isolation, in a sentence above; where submissions run it may be more.
export GRADER_CACHE=/autograder/source/derived
export PYTHONPATH="/autograder/source${PYTHONPATH:+:$PYTHONPATH}"
/autograder/venv/bin/python -P -m grader.cli check course/solutions/@SLUG@.py --course course || [ $? = 2 ]
