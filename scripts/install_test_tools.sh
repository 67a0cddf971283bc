#!/usr/bin/env bash
# What the tests need besides Python: a Chromium to drive, a PostgreSQL to start. What is there is left as it is.
set -euo pipefail
cd "$(dirname "$0")"

missing=()
command -v chromium chromium-browser google-chrome >/dev/null || missing+=(chromium)
./find_postgres.sh >/dev/null || missing+=(postgresql)
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo --non-interactive)
if ! command -v apt-get >/dev/null || ! "${as_root[@]}" true 2>/dev/null; then
  echo "The tests need ${missing[*]}: install it with your system's package manager, then call this again." >&2
  exit 1
fi
echo "Installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
