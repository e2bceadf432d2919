#!/bin/sh
# Writes a partition table, unless the disk has it already: then nothing is touched, so that what other partitions hold stays.
#   kadeploy-partition DISK gpt|mbr [--boot NUMBER] [--ours DIRECTORY]... NUMBER:KIND:BYTES...
#   kadeploy-partition --wait DISK NUMBER...
# Partitions come in the order in which they lie on the disk, from the first MiB; without BYTES one takes what is left. KIND is linux, swap, efi, bios,
# extended or windows. Ends when the kernel knows the partitions and their devices are there.
set -eu
export LC_ALL=C

die() { printf '%s\n' "kadeploy-partition: $*" >&2; exit 1; }

# Sets real to the device that a name leads to; one in /dev that is no link leads nowhere else.
real_device() {
	case $1 in /dev/*/*) ;; /dev/*) if [ ! -L "$1" ]; then real=$1; return; fi ;; esac
	real=$(readlink -f -- "$1")
}

# Makes the kernel read the table; others may look at the disk in that moment.
reread() {
	tries=50
	until said=$(blockdev --rereadpt "$1" 2>&1); do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep 0.1
	done
}

# Sets disk to the device that a name leads to, and prefix to what comes before the numbers of its partitions.
name() {
	real_device "$1"
	disk=$real prefix=$real
	case $disk in *[0-9]) prefix=${disk}p ;; esac
}

# The kernel makes the devices itself, a moment after it has read the table.
await() {
	for number in $2; do
		device=$prefix$number
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
	name "$2"
	shift 2
	blockdev --rereadpt "$disk" 2>/dev/null || :
	await "$disk" "$*"
	exit 0
fi

[ $# -ge 3 ] || die 'DISK, gpt or mbr and partitions are needed'
[ -b "$1" ] || die "$1 is no disk of this node"
name "$1"
scheme=$2 boot='' ours=' '
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

command -v sfdisk >/dev/null || die 'the running system has no sfdisk; install the package fdisk there, or deploy from the deployment environment'
read -r bytes < "/sys/class/block/${disk##*/}/size"
bytes=$((bytes * 512))

# Sets type to how sfdisk calls a kind of partition.
type_of() {
	case $scheme-$1 in
		gpt-linux) type=0FC63DAF-8483-4772-8E79-3D69D8477DE4 ;;
		gpt-swap) type=0657FD6D-A4AB-43C4-84E5-0933C84B4F4F ;;
		gpt-efi) type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B ;;
		gpt-bios) type=21686148-6449-6E6F-744E-656564454649 ;;
		gpt-windows) type=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7 ;;
		mbr-linux) type=83 ;;
		mbr-swap) type=82 ;;
		mbr-efi) type=ef ;;
		mbr-extended) type=f ;;
		mbr-windows) type=7 ;;
		*) die "a $scheme table has no partition for '$1'" ;;
	esac
}

# Sets essence to what of a table, as sfdisk dumps it, matters: scheme, and number, place and type of each partition; and active to those that a BIOS
# starts. In bytes: not all disks count in sectors of 512.
read_table() {
	essence='' active=' ' unit=512
	while read -r first rest; do
		case $first in
			label:) essence="$rest;" ;;
			sector-size:) unit=$rest ;;
			*[0-9])
				case $rest in ': start='*) ;; *) continue ;; esac
				number=${first##*[!0-9]} start=${rest#*start=} size=${rest#*size=} type=${rest#*type=}
				start=${start%%,*} size=${size%%,*} type=${type%%,*}
				start=${start##* } size=${size##* }
				essence="$essence$number $((start * unit)) $((size * unit)) $type;"
				case $rest in *', bootable'*) active="$active$number " ;; esac
				;;
		esac
	done <<END
$1
END
}

# The table in the words of sfdisk, once for the disk and once for an empty file of its size.
folder='' numbers='' script="label: $label" trial="label: $label"
trap '[ -z "$folder" ] || rm -rf "$folder"' EXIT
newline='
'
for entry in "$@"; do
	number=${entry%%:*}
	rest=${entry#*:}
	kind=${rest%%:*}
	size=${rest#*:}
	case $number$size in '' | *[!0-9]*) die "'$entry' is no partition; write NUMBER:KIND:BYTES" ;; esac
	type_of "$kind"
	line="type=$type"
	[ -z "$size" ] || line="size=$((size / 1048576))MiB, $line"
	if [ $label = dos ] && [ "$number" = "$boot" ] && [ "$boot" -le 4 ]; then line="$line, bootable"; fi
	script="$script$newline$prefix$number : $line" trial="$trial${newline}p$number : $line"
	numbers="$numbers${numbers:+ }$number"
done

# Sets wanted to the essence of the table as it would be, or says why there cannot be such a table.
try_table() {
	folder=$(mktemp -d)
	truncate -s "$bytes" "$folder/p"
	said=$(cd "$folder" && sfdisk --quiet --no-tell-kernel p 2>&1 <<END
$trial
END
	) || {
		printf '%s\n' "$said" >&2
		die "the cluster's partitions do not fit on $disk, which has $bytes bytes; correct the sizes or choose another disk"
	}
	read_table "$(sfdisk --dump "$folder/p")"
	wanted=$essence
}

mounted_on() {
	while read -r device place _; do
		case $device in "$disk" | "$prefix"[0-9]*) if [ "$place" = "$1" ]; then return 0; fi ;; esac
	done < /proc/mounts
	return 1
}

said=$(sfdisk --dump "$disk" 2>/dev/null) || said=''
read_table "$said"
there=$essence active_there=$active wanted=none
[ -z "$there" ] || try_table
if [ "$there" = "$wanted" ]; then
	if [ $label = dos ] && [ -n "$boot" ] && [ "$boot" -le 4 ] && [ "$active_there" != " $boot " ]; then
		sfdisk --quiet --no-reread --no-tell-kernel --activate "$disk" "$boot" >/dev/null
	fi
else
	# What an earlier attempt of this deployment left mounted holds the old table in the kernel.
	for directory in $ours; do
		while mounted_on "$directory"; do umount "$directory"; done
	done
	# It writes nothing when something is wrong with the table, or when the disk is in use.
	said=$(sfdisk --quiet --no-tell-kernel --wipe always --wipe-partitions always "$disk" 2>&1 <<END
$script
END
	) || {
		why=$said
		try_table
		printf '%s\n' "$why" >&2
		die "the partition table could not be written on $disk; look at the lines before, and at the kernel's messages for errors of the disk"
	}
	reread "$disk" || {
		printf '%s\n' "$said" >&2
		die "the partition table of $disk was written, and the kernel does not take it: something uses the disk; reboot the node"
	}
fi
await "$disk" "$numbers"
