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
rm -rf "$root/etc/.kadeploy-deployment" "$root/etc/kadeploy-deployment"
{
	cat
	printf 'date: %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
} > "$root/etc/.kadeploy-deployment"
chmod 0644 "$root/etc/.kadeploy-deployment"
mv "$root/etc/.kadeploy-deployment" "$root/etc/kadeploy-deployment"
uuid=$(blkid -p -s UUID -o value "$device" 2>/dev/null) || uuid=''
[ -z "$uuid" ] || printf 'uuid=%s\n' "$uuid"
