#!/usr/bin/env bash
# Print the folder of PostgreSQL's server programs, version 15 or newer; fail when there is none.
set -euo pipefail

found=$(command -v postgres || true)
for bin in ${found:+"$(dirname "$(readlink -f "$found")")"} $(ls -dr /usr/lib/postgresql/*/bin /usr/local/opt/postgresql*/bin /opt/homebrew/opt/postgresql*/bin 2>/dev/null); do
  [ -x "$bin/initdb" ] && [ -x "$bin/pg_ctl" ] || continue
  version=$("$bin/postgres" --version | grep -oE '[0-9]+' | head -n 1)
  [ "$version" -ge 15 ] && { echo "$bin"; exit 0; }
done
exit 1
