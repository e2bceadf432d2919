#!/bin/sh
# Writes an image onto a disk or a partition, whole: also its zeros, since nobody says that the device holds none but those.
#   kadeploy-write-image none|gzip|bzip2|xz|zstd FILE|- DEVICE
# Ends when everything is on the disk and the kernel has read a new partition table.
set -eu
export LC_ALL=C

die() { printf '%s\n' "kadeploy-write-image: $*" >&2; exit 1; }

[ $# = 3 ] || die 'a compression, a file and a device are needed'
compression=$1 file=$2 device=$3
[ -b "$device" ] || die "$device is no disk and no partition of this node"
device=$(readlink -f "$device")
[ "$file" = - ] || exec < "$file"

unpack() {
	case $compression in
		none) exec cat ;;
		zstd) exec zstd -dcq ;;
		xz) exec xz -dc -T0 ;;
		*) exec "$compression" -dc ;;
	esac
}

case $compression in none | gzip | bzip2 | xz | zstd) ;; *) die "'$compression' is no compression" ;; esac

# Both ends of the pipe tell whether they failed; the words go around it.
failed=$(
	exec 4>&1
	{ (unpack 4>&-) || echo unpack >&4; } | { dd "of=$device" bs=1M iflag=fullblock conv=fsync >&2 4>&- || echo write >&4; }
)
case $failed in
	*write*) die "writing to $device ($(($(cat "/sys/class/block/${device##*/}/size") * 512)) bytes) failed; dd's lines before say why: \
'No space left' means that the image is larger than the device" ;;
	*unpack*) die "the image could not be unpacked as $compression; it is damaged, or compressed in another way than its description says" ;;
esac

# A whole disk brings its own partitions.
if [ ! -e "/sys/class/block/${device##*/}/partition" ]; then blockdev --rereadpt "$device" 2>/dev/null || :; fi
