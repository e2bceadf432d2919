#!/bin/sh
# Mounts a device on a directory, which is made when it is not there; does nothing when it is mounted there already.
#   kadeploy-mount DEVICE DIRECTORY
set -eu
export LC_ALL=C

die() { printf '%s\n' "kadeploy-mount: $*" >&2; exit 1; }

[ $# -eq 2 ] || die "a device and a directory are needed"
device=$(readlink -f -- "$1") || die "$1 is not there"
[ -b "$device" ] || die "$1 is not there: the disk has no such partition"
mkdir -p -- "$2" || die "the directory $2 cannot be made"
directory=$(readlink -f -- "$2")
# The last one mounted there is the one that is seen.
there=$(awk -v directory="$directory" '$2 == directory { device = $1 } END { print device }' /proc/mounts)
if [ -n "$there" ] && [ "$(readlink -f -- "$there" || :)" = "$device" ]; then exit 0; fi
mount -- "$device" "$directory" || die "$device cannot be mounted on $directory; the lines above say why, and dmesg may say more"
