#!/bin/sh
# Mounts a device on a directory, which is made when it is not there; does nothing when it is mounted there already.
#   kadeploy-mount DEVICE DIRECTORY
set -eu
export LC_ALL=C

die() { printf '%s\n' "kadeploy-mount: $*" >&2; exit 1; }

# Sets real to the device that a name leads to; one in /dev that is no link leads nowhere else.
real_device() {
	case $1 in /dev/*/*) ;; /dev/*) if [ ! -L "$1" ]; then real=$1; return; fi ;; esac
	real=$(readlink -f -- "$1")
}

[ $# -eq 2 ] || die "a device and a directory are needed"
real_device "$1" || die "$1 is not there"
device=$real
[ -b "$device" ] || die "$1 is not there: the disk has no such partition"
[ -d "$2" ] || mkdir -p -- "$2" || die "the directory $2 cannot be made"
directory=$(cd -P -- "$2" && pwd -P)
# The last one mounted there is the one that is seen.
there=''
while read -r source place _; do
	if [ "$place" = "$directory" ]; then there=$source; fi
done < /proc/mounts
if [ -n "$there" ] && real_device "$there" && [ "$real" = "$device" ]; then exit 0; fi
mount -- "$device" "$directory" || die "$device cannot be mounted on $directory; the lines above say why, and dmesg may say more"
