#!/bin/sh
# Installs the servers that the tests use, where that is possible: without a name PostgreSQL and MariaDB, with names (or `all`) the
# Debian packages of those systems (test/systems/harness/table.ts). They are never left running: each test starts servers of its own.
set -eu

# What is there when a package is, and the package: "file package".
wanted() {
  case "$1" in
    postgresql | grouparoo) echo '/usr/lib/postgresql/*/bin/initdb postgresql' ;;
    mariadb) echo '/usr/sbin/mariadbd mariadb-server' ;;
    tryton)
      wanted postgresql
      echo '/usr/bin/trytond tryton-server
/usr/lib/python3/dist-packages/proteus tryton-proteus
/usr/lib/python3/dist-packages/psycopg2 python3-psycopg2
/usr/lib/python3/dist-packages/pycountry python3-pycountry'
      for module in party product sale stock account account-product account-invoice account-invoice-stock account-payment purchase company country currency carrier stock-package stock-package-shipping stock-shipment-measurements sale-shipment-cost product-measurements; do
        echo "/usr/lib/python3/dist-packages/trytond/modules/$(echo $module | tr - _) tryton-modules-$module"
      done ;;
    wordpress)
      wanted mariadb
      echo '/usr/share/wordpress/wp-settings.php wordpress
/usr/bin/php php-cli
/usr/share/php*/mysql*/mysqli.ini php-mysql
/usr/share/php*/gd/gd.ini php-gd
/usr/share/php*/xml/xml.ini php-xml
/usr/share/php*/mbstring/mbstring.ini php-mbstring
/usr/share/php*/curl/curl.ini php-curl' ;;
    sftp) echo '/usr/sbin/sshd openssh-server' ;;
    ftp) echo '/usr/sbin/vsftpd vsftpd
/usr/bin/openssl openssl' ;;
    rabbitmq) echo '/usr/sbin/rabbitmq-server rabbitmq-server' ;;
    mosquitto) echo '/usr/sbin/mosquitto mosquitto' ;;
    *) ;;
  esac
}
EVERY='tryton wordpress sftp ftp rabbitmq mosquitto'

[ "${1:-}" = all ] && set -- postgresql mariadb $EVERY
[ $# -gt 0 ] || set -- postgresql mariadb
missing=$(for system in "$@"; do wanted "$system"; done | while read -r file package; do
  # Unquoted: the file may be a pattern.
  ls -d $file >/dev/null 2>&1 || echo "$package"
done | sort -u | tr '\n' ' ')

if [ -z "$missing" ]; then
  echo "servers: all there: $*"
  exit 0
fi
if [ "$(id -u)" != 0 ]; then
  echo "servers: skipped, only root can install $missing"
  exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
  echo "servers: skipped, there is no apt-get to install $missing"
  exit 0
fi

export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
# Debian starts what it installs; the tests want servers of their own. A machine's own answer to that stays.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  printf '#!/bin/sh\nexit 101\n' >$policy
  chmod 755 $policy
  trap 'rm -f $policy' EXIT
fi
# Others may be installing at the same time: then it waits for them, ten minutes at most.
tries=0
until apt-get update -qq >"$log" 2>&1 && apt-get -o DPkg::Lock::Timeout=600 install -y -qq --no-install-recommends $missing >>"$log" 2>&1; do
  tries=$((tries + 1))
  if [ $tries -ge 60 ] || ! grep -q 'Could not get lock\|Unable to lock' "$log"; then
    echo "servers: skipped, apt-get could not install $missing (see $log)"
    exit 0
  fi
  sleep 10
done
rm -f "$log"
echo "servers: installed $missing"
