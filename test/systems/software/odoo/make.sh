#!/bin/sh
# Odoo 14 from the archive of an older Debian, in a folder of its own that its processes are shut into: `sh make.sh FOLDER`, as root.
set -eu
root=$1
[ "$(id -u)" = 0 ] || { echo "only root can make a Debian in a folder"; exit 1; }
[ -x /usr/sbin/debootstrap ] || {
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 install -y -qq --no-install-recommends debootstrap
}
# Where this machine's own packages come from, older ones come from too.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -1)
/usr/sbin/debootstrap --variant=minbase --include=ca-certificates bullseye "$root" "$mirror"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
# The mount is gone with the namespace, however this ends.
unshare --mount sh -ec '
  mount -t proc proc "$1/proc"
  export DEBIAN_FRONTEND=noninteractive
  chroot "$1" apt-get update -qq
  chroot "$1" apt-get install -y -qq --no-install-recommends odoo-14
  chroot "$1" apt-get clean
' sh "$root"
mkdir -p "$root/srv/data"
