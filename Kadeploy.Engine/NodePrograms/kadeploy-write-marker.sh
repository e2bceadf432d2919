#!/bin/sh
# Writes what is on its standard input into the image as /etc/kadeploy-deployment, adds the date, and prints uuid= of the file system.
#   kadeploy-write-marker DIRECTORY DEVICE
set -eu
export LC_ALL=C

die() { printf '%s\n' "kadeploy-write-marker: $*" >&2; exit 1; }

root=$1 device=$2
if [ ! -d "$root/etc" ] || [ -L "$root/etc" ]; then
	die "the image has no directory /etc, in which the deployment's marker would go; is this the right image, and is it mounted?"
fi
umask 022
marker=$root/etc/kadeploy-deployment
# Whatever the image has in its place goes, also a link that leads elsewhere.
if [ -e "$marker" ] || [ -L "$marker" ]; then rm -rf "$marker"; fi
{
	while IFS= read -r line || [ -n "$line" ]; do printf '%s\n' "$line"; done
	date -u '+date: %Y-%m-%dT%H:%M:%SZ'
} > "$marker"
uuid=$(blkid -p -s UUID -o value "$device" 2>/dev/null) || uuid=''
[ -z "$uuid" ] || printf 'uuid=%s\n' "$uuid"
