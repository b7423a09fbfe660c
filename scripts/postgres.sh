#!/bin/sh
# Starts a private PostgreSQL for tests and runs a command with it; the server and its folder are gone afterwards.
#   scripts/postgres.sh COMMAND [ARGUMENT …]
# The command finds the address in TUTELA_TEST_POSTGRES. Nothing listens on the network: the server has a socket in a
# folder of its own. TUTELA_PG_FSYNC=on makes it wait for the disk, for tests that pull the plug.
set -eu
[ $# -gt 0 ] || { echo "usage: scripts/postgres.sh COMMAND [ARGUMENT …]" >&2; exit 2; }

# Where the programs of the server are: the newest of those that Debian installs, or wherever the path leads.
find_bin() {
  for bin in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5 -rn) /usr/pgsql-*/bin; do
    [ -x "$bin/initdb" ] && { echo "$bin"; return; }
  done
  command -v initdb >/dev/null 2>&1 && dirname "$(command -v initdb)"
}
bin=$(find_bin || true)
if [ -z "$bin" ] && [ "$(id -u)" -eq 0 ] && [ -z "${TUTELA_NO_SETUP:-}" ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing postgresql" >&2
  # Debian would make a cluster of its own; these tests need only the programs.
  mkdir -p /etc/postgresql-common
  [ -f /etc/postgresql-common/createcluster.conf ] || echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
  apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends postgresql >/dev/null || true
  bin=$(find_bin || true)
fi
[ -n "$bin" ] || { echo "PostgreSQL is not here and could not be installed" >&2; exit 77; }

dir=$(mktemp -d /tmp/tutela-pg.XXXXXX)
# The server refuses to run as root.
as() { "$@"; }
if [ "$(id -u)" -eq 0 ]; then
  user=postgres
  id "$user" >/dev/null 2>&1 || user=nobody
  chown "$user" "$dir"
  as() { setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups -- "$@"; }
fi
stop() {
  as "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$dir"
}
trap stop EXIT
trap 'exit 130' INT TERM
cd "$dir"
as "$bin/initdb" -D "$dir/data" -U tutela -A trust -E UTF8 --locale=C.UTF-8 >"$dir/initdb.log" 2>&1 || { cat "$dir/initdb.log" >&2; exit 1; }
as "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -o "-c listen_addresses= -k $dir -c max_connections=200 -c shared_buffers=64MB \
  -c fsync=${TUTELA_PG_FSYNC:-off} -c full_page_writes=${TUTELA_PG_FSYNC:-off} -c log_min_messages=fatal" start >/dev/null || { cat "$dir/log" >&2; exit 1; }
# Anybody on this machine may read the socket's folder for as long as the tests run; the data are invented.
chmod 755 "$dir"
cd "$OLDPWD"
TUTELA_TEST_POSTGRES="postgres://tutela@localhost/postgres?host=$dir" "$@"
