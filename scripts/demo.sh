#!/usr/bin/env bash
# From an empty folder to a filled demo firm in the browser. Safe to call again: what is there is kept.
set -euo pipefail
cd "$(dirname "$0")/.."
port=${1:-8000}
guanxi=.venv/bin/guanxi

[ -d "$GUANXI_HOME/keys" ] || "$guanxi" init --name "和众 Hezhong" --json >/dev/null # the demo brings its own people
"$guanxi" migrate >/dev/null
"$guanxi" demo
echo; echo "Ctrl-C stops it; “make demo” starts it again."
exec "$guanxi" serve --port "$port"
