#!/usr/bin/env bash
# What the tests need besides Python: a Chromium to drive, a PostgreSQL to start; with the word `spark` also what only the
# drills need, Spark and a Java for it. What is there is left as it is.
set -euo pipefail
cd "$(dirname "$0")"

missing=()
command -v chromium chromium-browser google-chrome >/dev/null || missing+=(chromium)
./find_postgres.sh >/dev/null || missing+=(postgresql)
if [ "${1:-}" = spark ]; then
  command -v java >/dev/null || missing+=(openjdk-17-jre-headless)
  python=../.venv/bin/python
  "$python" -c 'import pyspark' 2>/dev/null || {
    echo "Installing Spark (400 MB, a few minutes)"
    "$python" -m pip --disable-pip-version-check --no-input -qq install --no-compile --no-deps --require-hashes -r ../requirements/spark.txt
  }
fi
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
