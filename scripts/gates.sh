#!/usr/bin/env bash
# Every gate of the house: `all` (make test), `fast` (make lint), `drill` (make drill).
# The fast gates all run, so that one call names everything; then the first that fails stops it.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"
GUANXI_HOME=$(mktemp -d "${TMPDIR:-/tmp}/guanxi-gates.XXXXXX") # a run never touches the data in var/
export GUANXI_HOME
trap 'rm -rf "$GUANXI_HOME"' EXIT
export GUANXI_TEST_MADE=$GUANXI_HOME/made.sqlite3 # what the first process migrated; the others copy it
unset GUANXI_DATABASE_URL GUANXI_TEST_DATABASE_URL DJANGO_SETTINGS_MODULE

failed=()

gate() { # name, then the command
  local started=$SECONDS
  echo "== $1"
  "${@:2}" || failed+=("$1")
  echo "   $1: $((SECONDS - started)) s"
}

stop_if_failed() {
  [ ${#failed[@]} -eq 0 ] && return
  echo "Failed: $(printf '%s, ' "${failed[@]}" | sed 's/, $//')" >&2
  exit 1
}

types() { # begun beside the gates before it, of which one test alone keeps a core
  local status=0
  wait "$typing" || status=$?
  cat "$GUANXI_HOME/types"
  return "$status"
}

fast_gates() {
  mypy --no-error-summary >"$GUANXI_HOME/types" 2>&1 &
  typing=$!
  gate "ruff check" ruff check --quiet src tests scripts
  gate "ruff format" ruff format --check --quiet src tests scripts
  gate "import contracts" lint-imports --no-logo
  gate "architecture" pytest -q -n auto --dist worksteal -p no:cacheprovider tests/architecture
  gate "migrations" python -m django makemigrations --check --dry-run --settings guanxi.project.settings
  gate "types" types
  stop_if_failed
}

counted="tests/insight tests/record tests/journal tests/engage tests/rescue" # where rules and insight are tested

workers=$(($(nproc) + 1)) # one more than there are cores: each waits for a disk, a program or a browser now and then

counted_tests() { # what is counted, and what not, stands in pyproject.toml; branches of the tests themselves are not
  local quiet="ignore:Unable to activate pytest branch"
  python -W "$quiet" -m slipcover --json --out "$GUANXI_HOME/seen.json" -m pytest -q -n "$workers" --dist worksteal \
    -W "$quiet" -W "ignore:Module already imported so cannot be rewritten" -m "not drill and not browser" $counted
}

case ${1:-all} in
  fast) fast_gates ;;
  drill)
    scripts/install_test_tools.sh spark
    # apart from the browser's, for the same reason as below
    gate "drills on SQLite" pytest -n 2 --dist worksteal -m "drill and not browser" --durations=10 tests
    gate "drills in the browser" pytest -n 2 --dist loadfile -m "drill and browser" --durations=10 tests
    gate "all tests on PostgreSQL" scripts/with_postgres.sh pytest -q -n auto --dist worksteal -m "not drill and not browser" tests
    gate "drills on PostgreSQL" scripts/with_postgres.sh pytest -n 2 --dist worksteal -m "drill and not browser" --durations=10 tests
    stop_if_failed
    ;;
  all)
    scripts/install_test_tools.sh
    fast_gates
    gate "tests on SQLite, branches counted" counted_tests
    # the browser's driver keeps an event loop in its process, and with it a connection that bulk movers must not meet
    gate "tests on SQLite, the others" pytest -q -n "$workers" --dist worksteal --ignore tests/architecture \
      ${counted//tests/--ignore tests} -m "not drill and not browser" tests
    gate "tests in the browser" pytest -q -n "$workers" --dist loadfile -m "browser and not drill" tests
    stop_if_failed
    gate "branch coverage of rules and insight, 95 %" python scripts/branch_coverage.py "$GUANXI_HOME/seen.json" 95
    stop_if_failed
    echo "== tests on PostgreSQL" # last and without a line of ours after it: the run ends with pytest's own closing lines
    GUANXI_TEST_SAMPLE=1 scripts/with_postgres.sh pytest -q -n "$workers" --dist worksteal -m "not drill and not browser" tests
    ;;
  *) echo "gates.sh all | fast | drill" >&2; exit 2 ;;
esac
