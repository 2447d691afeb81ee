#!/usr/bin/env bash
# Puts what zsync needs into an environment of its own. zsync itself runs from the action's checkout: the
# version that the workflow names is the version that runs.
set -euo pipefail

if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "::error title=zsync::zsync needs Python 3.11 or newer as python3; this runner has $(python3 --version 2>&1). Put actions/setup-python before this action."
  exit 2
fi

venv=$RUNNER_TEMP/zsync-venv
python3 -m venv "$venv"
install() {
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    --require-hashes --no-deps --only-binary :all: "$@"
}
# All of it comes as wheels but bibtexparser, which is built without fetching anything that has no pin.
install -r "$GITHUB_ACTION_PATH/action-build-requirements.txt"
install --no-binary bibtexparser --no-build-isolation --use-pep517 -r "$GITHUB_ACTION_PATH/action-requirements.txt"
