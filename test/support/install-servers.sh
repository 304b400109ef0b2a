#!/bin/sh
# Installs the database servers that the tests in test/systems use, where that is possible. They are never left running:
# each test starts a server of its own.
set -eu

missing=""
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
command -v mariadbd >/dev/null 2>&1 || [ -x /usr/sbin/mariadbd ] || missing="$missing mariadb-server"

if [ -z "$missing" ]; then
  echo "servers: PostgreSQL and MariaDB are there"
  exit 0
fi
if [ "$(id -u)" != 0 ]; then
  echo "servers: skipped, only root can install$missing"
  exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
  echo "servers: skipped, there is no apt-get to install$missing with"
  exit 0
fi

export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
if ! { apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing; } >"$log" 2>&1; then
  echo "servers: skipped, apt-get could not install$missing (see $log)"
  exit 0
fi
# Debian starts what it installs; the tests want servers of their own.
for service in postgresql mariadb; do
  case "$missing" in
    *$service*) service $service stop >/dev/null 2>&1 || true ;;
  esac
done
rm -f "$log"
echo "servers: installed$missing"
