#!/usr/bin/env bash
# Run a command with GUANXI_TEST_DATABASE_URL naming a throw-away PostgreSQL, on a Unix socket in a temporary folder.
set -euo pipefail

bin=$("$(dirname "$0")/find_postgres.sh") || { echo "No PostgreSQL 15 or newer: run scripts/install_test_tools.sh" >&2; exit 1; }
home=$(mktemp -d "${TMPDIR:-/tmp}/guanxi-pg.XXXXXX")

as_owner=() # PostgreSQL refuses to run as root
if [ "$(id -u)" = 0 ]; then
  owner=$(id -un postgres 2>/dev/null || echo nobody)
  chown "$owner" "$home"
  as_owner=(runuser -u "$owner" --)
fi

stop_cluster() {
  "${as_owner[@]}" "$bin/pg_ctl" --pgdata "$home/data" --mode immediate stop >/dev/null 2>&1 || true
  rm -rf "$home"
}
trap stop_cluster EXIT
cd "$home" # a folder that its owner may read; the command itself starts where we were called

"${as_owner[@]}" "$bin/initdb" --pgdata "$home/data" --username guanxi --auth trust --encoding UTF8 --locale C --no-sync >/dev/null
# Nothing here must survive a crash, so nothing waits for the disk.
"${as_owner[@]}" "$bin/pg_ctl" --pgdata "$home/data" --log "$home/log" --wait start --options \
  "-c listen_addresses='' -c unix_socket_directories='$home' -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
   -c shared_buffers=256MB -c max_connections=100 -c max_wal_size=2GB -c autovacuum_naptime=10min" >/dev/null ||
  { cat "$home/log" >&2; exit 1; }
cd "$OLDPWD"

export GUANXI_TEST_DATABASE_URL="postgresql://guanxi@/postgres?host=${home//\//%2F}"
status=0
"$@" || status=$?
exit "$status"
