#!/bin/sh
# Finds the disk that is to be deployed, and refuses one that is not fit for it. Nothing is written.
#   kadeploy-find-disk [--path DEVICE] [--serial TEXT] [--wwn TEXT] [--model PATTERN] [--at-least BYTES] [--at-most BYTES] [--smallest]
#       [--need BYTES] [--partition NUMBER] [--ours DIRECTORY]... [--wait SECONDS]
# With --partition only that partition is written, and it has to be there. What is mounted on a directory of ours counts as free.
# Prints disk=, bytes= and, where the disk has them, serial=, wwn= and model=, a line each.
set -eu
export LC_ALL=C

die() { printf '%s\n' "kadeploy-find-disk: $*" >&2; exit 1; }

path='' serial='' wwn='' model='' least=0 most='' smallest='' need=0 partition='' ours=' ' patience=0
while [ $# -gt 0 ]; do
	option=$1
	shift
	case $option in --smallest) smallest=yes; continue ;; esac
	[ $# -gt 0 ] || die "$option needs a value"
	case $option in
		--path) path=$1 ;;
		--serial) serial=$1 ;;
		--wwn) wwn=$1 ;;
		--model) model=$1 ;;
		--at-least) least=$1 ;;
		--at-most) most=$1 ;;
		--need) need=$1 ;;
		--partition) partition=$1 ;;
		--ours) ours="$ours$1 " ;;
		--wait) patience=$1 ;;
		*) die "$option is no option" ;;
	esac
	shift
done

# Sets value to the first line of an attribute, without what does not print and without spaces around it.
attribute() {
	value=''
	{ read -r value < "$1" || :; } 2>/dev/null
	case $value in *[!\ -~]*) value=$(printf '%s' "$value" | tr -cd '\040-\176') ;; esac
}

serial_of() {
	attribute "/sys/block/$1/serial"
	[ -n "$value" ] || attribute "/sys/block/$1/device/serial"
	# SCSI: the unit serial number page, after four bytes of header.
	if [ -z "$value" ] && [ -r "/sys/block/$1/device/vpd_pg80" ]; then
		value=$(tail -c +5 "/sys/block/$1/device/vpd_pg80" 2>/dev/null | tr -cd '\040-\176' | sed 's/^ *//;s/ *$//') || value=''
	fi
}

wwn_of() {
	attribute "/sys/block/$1/wwid"
	[ -n "$value" ] || attribute "/sys/block/$1/device/wwid"
	case $value in
		naa.*) value=0x${value#naa.} ;;
		eui.* | nvme.* | uuid.*) ;;
		*) value='' ;;
	esac
}

model_of() { attribute "/sys/block/$1/device/model"; }

# Sets bytes.
bytes_of() {
	attribute "/sys/class/block/$1/size"
	bytes=$((${value:-0} * 512))
}

size() {
	if [ "$1" -ge 10000000000 ]; then printf '%s GB' $(($1 / 1000000000)); else printf '%s MB' $(($1 / 1000000)); fi
}

describe() {
	bytes_of "$1"
	text="/dev/$1 ($(size "$bytes")"
	model_of "$1"
	[ -z "$value" ] || text="$text, model $value"
	serial_of "$1"
	[ -z "$value" ] || text="$text, serial $value"
	printf '%s)' "$text"
}

# Sets disks to the disks as machines have them: no loop devices, no optical drives, nothing without a medium, no second path to the same NVMe namespace.
find_disks() {
	disks=''
	for each in /sys/block/*; do
		[ -e "$each/device" ] || continue
		case ${each##*/} in sr* | fd* | st* | nbd*) continue ;; esac
		attribute "$each/hidden"
		[ "$value" != 1 ] || continue
		attribute "$each/size"
		[ "$value" != 0 ] || continue
		disks="$disks ${each##*/}"
	done
}

there_are() {
	list=''
	find_disks
	for each in $disks; do list="$list${list:+; }$(describe "$each")"; done
	printf '%s' "${list:-no disk at all (does the deployment environment have the driver of the disk controller?)}"
}

plain_wwn() { printf '%s' "$1" | tr ABCDEFX abcdefx | sed 's/^wwn-//;s/^\(naa\.\|eui\.\|0x\)//'; }

underscores() { printf '%s' "$1" | sed 's/  */_/g'; }

# The names that udev would give, for where there is no udev.
has_name() {
	serial_of "$1"
	its_serial=$(underscores "$value")
	model_of "$1"
	its_model=$(underscores "$value")
	wwn_of "$1"
	its_wwn=$value
	place=$(readlink -f "/sys/block/$1")
	case $2 in
		by-id/wwn-*) [ -n "$its_wwn" ] && [ "$(plain_wwn "${2#by-id/}")" = "$(plain_wwn "$its_wwn")" ] ;;
		by-id/nvme-eui.* | by-id/nvme-nvme.* | by-id/nvme-uuid.*) [ "${2#by-id/nvme-}" = "$its_wwn" ] ;;
		by-id/scsi-3*) [ -n "$its_wwn" ] && [ "$(plain_wwn "${2#by-id/scsi-3}")" = "$(plain_wwn "$its_wwn")" ] ;;
		by-id/virtio-*) [ -n "$its_serial" ] && [ "${2#by-id/virtio-}" = "$its_serial" ] ;;
		by-id/*) [ -n "$its_serial" ] && case ${2#by-id/*-} in "${its_model}_$its_serial" | *"_${its_model}_$its_serial") : ;; *) false ;; esac ;;
		by-path/*)
			card=$(printf '%s\n' "$place" | sed -n 's|.*/\([0-9a-f]\{4,\}:[0-9a-f][0-9a-f]:[0-9a-f][0-9a-f]\.[0-7]\)/.*|\1|p')
			[ -n "$card" ] || return 1
			unit=''
			case $place in
				*/nvme/*)
					attribute "/sys/block/$1/nsid"
					unit=-nvme-$value
					;;
				*/ata[0-9]*/host*)
					port=${place#*/ata}
					port=ata${port%%/*}
					attribute "${place%%/"$port"/*}/$port/ata_port/$port/port_no"
					unit=-ata-$value
					;;
				*/host[0-9]*/target*) unit=$(printf '%s\n' "$place" | sed -n 's|.*/\([0-9]*\):\([0-9]*:[0-9]*:[0-9]*\)/block/.*|-scsi-0:\2|p') ;;
			esac
			case ${2#by-path/} in "pci-$card$unit" | "pci-$card$unit.0" | "virtio-pci-$card$unit") : ;; *) false ;; esac
			;;
		*) false ;;
	esac
}

# A pattern in which only * is special.
matches() {
	pattern=$(printf '%s' "$2" | sed 's/[][?\\]/\\&/g')
	# shellcheck disable=SC2254 # it is a pattern
	case $1 in $pattern) : ;; *) false ;; esac
}

fits() {
	if [ -n "$path" ]; then
		has_name "$1" "${path#/dev/disk/}"
		return
	fi
	attribute "/sys/block/$1/removable"
	[ "$value" != 1 ] || return 1
	serial_of "$1"
	[ -z "$serial" ] || [ "$value" = "$serial" ] || return 1
	wwn_of "$1"
	[ -z "$wwn" ] || { [ -n "$value" ] && [ "$(plain_wwn "$value")" = "$(plain_wwn "$wwn")" ]; } || return 1
	model_of "$1"
	[ -z "$model" ] || matches "$value" "$model" || return 1
	bytes_of "$1"
	[ "$bytes" -ge "$least" ] || return 1
	[ -z "$most" ] || [ "$bytes" -le "$most" ] || return 1
}

# Sets real to the device that a name leads to; one in /dev that is no link leads nowhere else.
real_device() {
	case $1 in /dev/*/*) ;; /dev/*) if [ ! -L "$1" ]; then real=$1; return; fi ;; esac
	real=$(readlink -f -- "$1")
}

# Sets candidates.
look() {
	candidates=''
	if [ -n "$path" ] && [ -b "$path" ]; then
		real_device "$path"
		candidates=${real##*/}
	elif [ -z "$path" ] || [ "${path#/dev/disk/}" != "$path" ]; then
		find_disks
		for disk in $disks; do
			if fits "$disk"; then candidates="$candidates $disk"; fi
		done
	fi
}

if [ -n "$path" ]; then
	wanted="the disk $path"
else
	wanted='a disk'
	[ -z "$serial" ] || wanted="$wanted with serial $serial"
	[ -z "$wwn" ] || wanted="$wanted with WWN $wwn"
	[ -z "$model" ] || wanted="$wanted of model $model"
	[ "$least" = 0 ] || wanted="$wanted of at least $(size "$least")"
	[ -z "$most" ] || wanted="$wanted of at most $(size "$most")"
fi

# Controllers with many disks tell of them one after the other.
look
while [ -z "$candidates" ] && [ "$patience" -gt 0 ]; do
	sleep 1
	patience=$((patience - 1))
	look
done
[ -n "$candidates" ] || die "$wanted is not there; this node has $(there_are)"

chosen='' several=''
for disk in $candidates; do
	if [ -z "$chosen" ]; then
		chosen=$disk
	elif [ -z "$smallest" ]; then
		several=yes
	else
		bytes_of "$chosen"
		smaller=$bytes
		bytes_of "$disk"
		if [ "$bytes" -lt "$smaller" ]; then
			chosen=$disk several=''
		elif [ "$bytes" = "$smaller" ]; then
			several=yes
		fi
	fi
done
if [ -n "$several" ]; then
	list=''
	for disk in $candidates; do list="$list${list:+; }$(describe "$disk")"; done
	die "$wanted is not one but several: $list; name it by its serial or by its path"
fi

[ ! -e "/sys/class/block/$chosen/partition" ] || die "$path is a partition; name the whole disk and give the partition's number beside it"
attribute "/sys/block/$chosen/ro"
[ "$value" != 1 ] || die "$(describe "$chosen") is write-protected; look at the disk, its cable or its controller"
bytes_of "$chosen"
[ "$bytes" -gt 0 ] || die "/dev/$chosen has no medium"
[ "$bytes" -ge "$need" ] ||
	die "$(describe "$chosen") is too small: $bytes bytes, and the cluster's partitions need $need; choose another disk or smaller partitions"

# What will be written: one partition, or the disk with all that is on it.
written=''
for each in "/sys/block/$chosen/$chosen"*; do
	[ -e "$each/partition" ] || continue
	attribute "$each/partition"
	if [ -z "$partition" ]; then
		written="$written ${each##*/}"
	elif [ "$value" = "$partition" ]; then
		written=" ${each##*/}"
		break
	fi
done
[ -z "$partition" ] || [ -n "$written" ] || die "$(describe "$chosen") has no partition $partition; let the disk be partitioned, or name another partition"
[ -n "$partition" ] || written=" $chosen$written"

for each in $written; do
	attribute "/sys/class/block/$each/dev"
	number=$value
	while read -r _ _ device _ directory rest; do
		source=${rest#* - }
		source=${source#* }
		[ "$device" = "$number" ] || [ "${source%% *}" = "/dev/$each" ] || continue
		case $ours in *" $directory "*) continue ;; esac
		die "$(describe "$chosen") is in use: /dev/$each is mounted on $directory; unmount it, or choose another disk"
	done < /proc/self/mountinfo
	while read -r file _; do
		[ "$file" != "/dev/$each" ] || die "$(describe "$chosen") is in use: /dev/$each is swap space of the running system; run swapoff /dev/$each"
	done < /proc/swaps
	for holder in "/sys/class/block/$each/holders/"*; do
		[ -e "$holder" ] || continue
		die "$(describe "$chosen") is in use: /dev/$each belongs to /dev/${holder##*/} (RAID, LVM or encryption); stop that first"
	done
done

printf 'disk=/dev/%s\nbytes=%s\n' "$chosen" "$bytes"
for each in serial wwn model; do
	"${each}_of" "$chosen"
	[ -z "$value" ] || printf '%s=%s\n' "$each" "$value"
done
