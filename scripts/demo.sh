#!/usr/bin/env bash
# From an empty folder to a filled demo firm in the browser. Safe to call again: what is there is kept.
set -euo pipefail
cd "$(dirname "$0")/.."
port=${1:-8000}
guanxi=.venv/bin/guanxi

[ -d "$GUANXI_HOME/keys" ] || "$guanxi" init --name "和众 Hezhong"
"$guanxi" migrate
"$guanxi" demo

cat <<TEXT

  Guanxi is on http://127.0.0.1:$port   (stop it with Ctrl-C)

  leader@demo.guanxi    manager@demo.guanxi   marketer@demo.guanxi
  service@demo.guanxi   admin@demo.guanxi     analyst@demo.guanxi
  reader@demo.guanxi                          password: demo-Guanxi-1

TEXT
exec "$guanxi" serve --port "$port"
