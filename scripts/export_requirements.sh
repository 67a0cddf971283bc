#!/usr/bin/env bash
# Export pyproject.toml as hashed requirements that plain pip installs. They name no host, so any mirror can serve them.
set -euo pipefail
cd "$(dirname "$0")/.."

export_group() { # output, then more arguments of the compiler
  local output=$1
  shift
  .venv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-annotate --no-header --output-file "$output" "$@"
}

export_group requirements/run.txt pyproject.toml --group install
export_group requirements/dev.txt pyproject.toml --group install --group dev --constraints requirements/run.txt
export_group requirements/spark.txt pyproject.toml --extra spark --constraints requirements/run.txt
export_group requirements/node.txt --group node
