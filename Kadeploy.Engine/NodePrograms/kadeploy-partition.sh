#!/bin/sh
# Writes a partition table, unless the disk has it already: then nothing is touched, so that what other partitions hold stays.
#   kadeploy-partition DISK gpt|mbr [--boot NUMBER] [--ours DIRECTORY]... NUMBER:KIND:BYTES...
#   kadeploy-partition --wait DISK NUMBER...
# Partitions come in the order in which they lie on the disk, from the first MiB; without BYTES one takes what is left. KIND is linux, swap, efi, bios,
# extended or windows. Ends when the kernel knows the partitions and their devices are there.
set -eu
export LC_ALL=C

die() { printf '%s\n' "kadeploy-partition: $*" >&2; exit 1; }

partition_device() { case $1 in *[0-9]) printf '%sp%s' "$1" "$2" ;; *) printf '%s%s' "$1" "$2" ;; esac; }

# The kernel makes the devices itself, a moment after it has read the table.
await() {
	for number in $2; do
		device=$(partition_device "$1" "$number")
		tries=100
		until [ -e "/sys/class/block/${device##*/}/partition" ] && [ -b "$device" ]; do
			tries=$((tries - 1))
			[ $tries -gt 0 ] ||
				die "the kernel does not show partition $number of $1 ($device) within 10 s; look at the kernel's messages, and whether the table has that partition"
			[ $((tries % 20)) != 0 ] || blockdev --rereadpt "$1" 2>/dev/null || :
			sleep 0.1
		done
	done
}

if [ "${1-}" = --wait ]; then
	disk=$(readlink -f "$2")
	shift 2
	blockdev --rereadpt "$disk" 2>/dev/null || :
	await "$disk" "$*"
	exit 0
fi

[ $# -ge 3 ] || die 'DISK, gpt or mbr and partitions are needed'
[ -b "$1" ] || die "$1 is no disk of this node"
disk=$(readlink -f "$1") scheme=$2 boot='' ours=' '
shift 2
while :; do
	case ${1-} in
		--boot) boot=$2 ;;
		--ours) ours="$ours$2 " ;;
		*) break ;;
	esac
	shift 2
done
case $scheme in
	gpt) label=gpt ;;
	mbr) label=dos ;;
	*) die "$scheme is no kind of partition table; gpt and mbr are" ;;
esac

type_of() {
	case $scheme-$1 in
		gpt-linux) echo 0FC63DAF-8483-4772-8E79-3D69D8477DE4 ;;
		gpt-swap) echo 0657FD6D-A4AB-43C4-84E5-0933C84B4F4F ;;
		gpt-efi) echo C12A7328-F81F-11D2-BA4B-00A0C93EC93B ;;
		gpt-bios) echo 21686148-6449-6E6F-744E-656564454649 ;;
		gpt-windows) echo EBD0A0A2-B9E5-4433-87C0-68B6B72699C7 ;;
		mbr-linux) echo 83 ;;
		mbr-swap) echo 82 ;;
		mbr-efi) echo ef ;;
		mbr-extended) echo f ;;
		mbr-windows) echo 7 ;;
		*) die "a $scheme table has no partition for '$1'" ;;
	esac
}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
numbers=''
printf 'label: %s\n' $label > "$folder/script"
for entry in "$@"; do
	number=${entry%%:*}
	rest=${entry#*:}
	kind=${rest%%:*}
	bytes=${rest#*:}
	case $number$bytes in '' | *[!0-9]*) die "'$entry' is no partition; write NUMBER:KIND:BYTES" ;; esac
	length=''
	[ -z "$bytes" ] || length="size=$((bytes / 1048576))MiB, "
	type=$(type_of "$kind")
	printf '%s : %stype=%s\n' "$(partition_device "$disk" "$number")" "$length" "$type" >> "$folder/script"
	numbers="$numbers${numbers:+ }$number"
done

# What of a table matters: scheme, and number, place and type of each partition. In bytes: not all disks count in sectors of 512.
essence() {
	sed -n 's/^label: /label /p;s/^sector-size: /sector /p;s/^[^ :]*[^0-9 ]\([0-9][0-9]*\) : *start= *\([0-9]*\), *size= *\([0-9]*\), *type=\([^,]*\).*/\1 \2 \3 \4/p' |
		awk -v unit=512 '$1 == "label" { print; next } $1 == "sector" { unit = $2; next } { printf "%s %.0f %.0f %s\n", $1, $2 * unit, $3 * unit, $4 }' | sort
}

command -v sfdisk >/dev/null || die 'the running system has no sfdisk; install the package fdisk there, or deploy from the deployment environment'

bytes=$(($(cat "/sys/class/block/${disk##*/}/size") * 512))

# The table as it would be, on an empty file of the same size: shows at once what does not fit, and whether the disk has it already.
truncate -s "$bytes" "$folder/p"
sed "s|^$disk|$folder/p|" "$folder/script" > "$folder/trial"
sfdisk --quiet "$folder/p" < "$folder/trial" > "$folder/said" 2>&1 || {
	cat "$folder/said" >&2
	die "the cluster's partitions do not fit on $disk, which has $bytes bytes; correct the sizes or choose another disk"
}
sfdisk --dump "$folder/p" | essence > "$folder/wanted"
sfdisk --dump "$disk" 2>/dev/null | essence > "$folder/there" || :

if ! cmp -s "$folder/wanted" "$folder/there"; then
	# What an earlier attempt of this deployment left mounted holds the old table in the kernel.
	for directory in $ours; do
		while grep -q "^/dev/${disk##*/}[p0-9]* $directory " /proc/mounts; do umount "$directory"; done
	done
	sfdisk --quiet --wipe always --wipe-partitions always "$disk" < "$folder/script" > "$folder/said" 2>&1 || {
		cat "$folder/said" >&2
		die "the partition table could not be written on $disk; look at the lines before, and at the kernel's messages for errors of the disk"
	}
	blockdev --rereadpt "$disk" 2>/dev/null || :
fi

if [ $label = dos ] && [ -n "$boot" ] && [ "$boot" -le 4 ]; then
	active=$(sfdisk --dump "$disk" | sed -n 's/^[^ ]*[^0-9 ]\([0-9][0-9]*\) :.*bootable.*/\1/p' | tr '\n' ' ')
	[ "$active" = "$boot " ] || sfdisk --quiet --no-reread --no-tell-kernel --activate "$disk" "$boot" >/dev/null
fi
await "$disk" "$numbers"
