#!/bin/sh
# Installs a boot loader that starts the system which is mounted on KADEPLOY_ENV_EXTRACTION_DIR.
#   kadeploy-install-bootloader automatic|grub|extlinux|systemdboot DISK PARTITION
# KADEPLOY_ENV_KERNEL, KADEPLOY_ENV_INITRD and KADEPLOY_ENV_KERNEL_PARAMS say what is started. Whatever was mounted is unmounted at the end.
# On UEFI only the path for removable disks is used, and the firmware's boot order keeps its first entries: nodes go on asking the network first.
set -eu
export LC_ALL=C

die() { printf '%s\n' "kadeploy-install-bootloader: $*" >&2; exit 1; }

lacks() {
	die "the system that deploys has no $1; a deployment environment has it from the profile std on, Debian in the $2; or install GRUB in the image, \
or deploy with --disable-bootloader-install"
}

# Sets resolved to where PATH leads inside ROOT: resolve ROOT PATH. Fails when links lead in a circle.
resolve() {
	resolved='' rest=$2 left=40
	while [ -n "$rest" ]; do
		part=${rest%%/*}
		case $rest in */*) rest=${rest#*/} ;; *) rest='' ;; esac
		case $part in '' | .) continue ;; ..) resolved=${resolved%/*}; continue ;; esac
		if [ -L "$1$resolved/$part" ]; then
			left=$((left - 1))
			[ $left -gt 0 ] || return 1
			link=$(readlink "$1$resolved/$part")
			case $link in /*) resolved='' ;; esac
			rest=$link/$rest
		else
			resolved=$resolved/$part
		fi
	done
	resolved=$1$resolved
}

# Sets real to the device that a name leads to; one in /dev that is no link leads nowhere else.
real_device() {
	case $1 in /dev/*/*) ;; /dev/*) if [ ! -L "$1" ]; then real=$1; return; fi ;; esac
	real=$(readlink -f -- "$1")
}

[ $# = 3 ] || die 'a choice, a disk and the number of a partition are needed'
real_device "$2" || die "$2 is no disk of this node"
choice=$1 disk=$real number=$3
root=${KADEPLOY_ENV_EXTRACTION_DIR:-/mnt/dest}
kernel=${KADEPLOY_ENV_KERNEL-} initrd=${KADEPLOY_ENV_INITRD-} parameters=${KADEPLOY_ENV_KERNEL_PARAMS-}
partition() { case $disk in *[0-9]) printf '%sp%s' "$disk" "$1" ;; *) printf '%s%s' "$disk" "$1" ;; esac; }
device=$(partition "$number")
[ -b "$disk" ] || die "$2 is no disk of this node"
there=''
while read -r _ place _; do
	if [ "$place" = "$root" ]; then there=yes; fi
done < /proc/self/mounts
[ -n "$there" ] || die "nothing is mounted on $root: there is no system to be started"

mounted=''
unmount() {
	for directory in $mounted; do umount "$directory" 2>/dev/null || umount -l "$directory" || :; done
	mounted=''
}
trap unmount EXIT
trap 'exit 143' TERM INT HUP
attach() {
	for last in "$@"; do :; done
	[ -d "$last" ] || mkdir -p "$last"
	mount "$@" || die "mounting $last failed; the line before says why"
	mounted="$last $mounted"
}

firmware=bios
[ ! -d /sys/firmware/efi ] || firmware=uefi

# The table: its scheme, the EFI system partition, and the partitions that a BIOS starts.
scheme='' esp='' active=' '
while read -r name rest; do
	type=${rest#*type=}
	case $name in
		label:) scheme=$rest ;;
		"$disk"*)
			case $type in
				[Cc]12[Aa]7328-[Ff]81[Ff]-11[Dd]2-[Bb][Aa]4[Bb]-00[Aa]0[Cc]93[Ee][Cc]93[Bb]* | ef | ef,*) [ -n "$esp" ] || esp=$name ;;
			esac
			case $rest in *LegacyBIOSBootable* | *', bootable'*) active="$active${name##*[!0-9]} " ;; esac
			;;
	esac
done <<END
$(sfdisk --dump "$disk" 2>/dev/null)
END
uuid=$(blkid -p -s UUID -o value "$device" 2>/dev/null) || uuid=''

# The kernel alone finds a device by its name only; an initial RAM disk knows UUIDs, which stay when disks are found in another order.
case " $parameters " in
	*' root='*) ;;
	*) if [ -n "$uuid" ] && [ -n "$initrd" ]; then parameters="root=UUID=$uuid $parameters"; else parameters="root=$device $parameters"; fi ;;
esac
parameters=${parameters% }

# Sets text to TEXT as words of GRUB's language, whose menu is a script: grub_words TEXT. Double quotes keep spaces inside of a word, as for the kernel.
grub_words() {
	text=$1
	case $text in *[{}\|\&\$\;\<\>\#\*\?\'\"\\]*) ;; *) return 0 ;; esac
	rest="$1 " text='' word='' quoted=''
	while [ -n "$rest" ]; do
		c=${rest%"${rest#?}"} rest=${rest#?}
		case $c$quoted in
			'"') quoted=yes ;;
			'"yes') quoted='' ;;
			"'"*) word=$word"'\''" ;;
			' ')
				[ -z "$word" ] || text="$text${text:+ }'$word'"
				word=''
				;;
			*) word=$word$c ;;
		esac
	done
	[ -z "$word" ] || text="$text${text:+ }'${word% }'"
}

# Sets text to PATH as one word of GRUB's language: grub_path PATH.
grub_path() {
	text=$1
	case $1 in *[{}\|\&\$\;\<\>\#\*\?\'\"\\\ ]*) text="'$(printf '%s' "$1" | sed "s/'/'\\\\''/g")'" ;; esac
}

# Sets found to where a file of the image is.
find_file() {
	found=''
	[ -n "$1" ] || return 0
	resolve "$root" "$1" || die "the links of $1 lead in a circle in the image"
	[ -s "$resolved" ] || die "the image has no file $1; correct the path in the environment's description, or the image"
	found=${resolved#"$root"}
}

need_kernel() {
	[ -n "$kernel" ] || die "the environment names no kernel, which $1 needs; name it, choose GRUB, or deploy without boot loader"
	find_file "$kernel"
	kernel=$found
	find_file "$initrd"
	initrd=$found
}

# Sets program to the first of some programs that the image has, or to nothing. Where /sbin and /bin are links, they lead to the others.
in_image() {
	for name in "$@"; do
		for each in usr/sbin sbin usr/bin bin; do
			case $each in bin | sbin) [ ! -L "$root/$each" ] || continue ;; esac
			resolve "$root" "/$each/$name" || continue
			if [ -x "$resolved" ] && [ -f "$resolved" ]; then
				program=/$each/$name
				return
			fi
		done
	done
	program=''
}

grub_target=i386-pc
[ $firmware = bios ] || grub_target=x86_64-efi
has_grub() {
	in_image grub-install grub2-install
	[ -n "$program" ] && resolve "$root" "/usr/lib/grub/$grub_target" && [ -d "$resolved" ]
}

# Mounts the EFI system partition on a directory, with a file system if it has none.
attach_esp() {
	[ $firmware = uefi ] || die "$2 is for UEFI, and this node was started by a BIOS; choose grub or extlinux"
	[ -n "$esp" ] || die "$disk has no EFI system partition; add one of kind efi to the cluster's partitions"
	if [ "$(blkid -p -s TYPE -o value "$esp" 2>/dev/null)" != vfat ]; then
		mkfs.vfat -F 32 "$esp" >/dev/null || die "$esp could not get the file system vfat; it takes 34 MiB at least"
	fi
	attach "$esp" "$1"
}

grub() {
	in_image grub-install grub2-install
	installer=$program
	[ -n "$installer" ] || die 'the image has no grub-install; install GRUB in the image, or choose another boot loader'
	has_grub || die "the image has GRUB, but not for this firmware ($grub_target is missing in /usr/lib/grub); install grub-pc or grub-efi-amd64 there"
	# grub-mkconfig names the root by its UUID only where this link is; systems without udev do not make it.
	if [ -n "$uuid" ] && [ ! -e "/dev/disk/by-uuid/$uuid" ]; then
		mkdir -p /dev/disk/by-uuid
		ln -sf "$device" "/dev/disk/by-uuid/$uuid"
	fi
	attach --bind /dev "$root/dev"
	attach -t proc proc "$root/proc"
	attach -t sysfs sysfs "$root/sys"
	if [ $firmware = uefi ]; then
		attach_esp "$root/boot/efi" GRUB
		chroot "$root" "$installer" --target=x86_64-efi --efi-directory=/boot/efi --removable --no-nvram --recheck ||
			die 'grub-install failed; the lines before say why'
	else
		chroot "$root" "$installer" --target=i386-pc --recheck "$disk" || die "grub-install failed; the lines before say why. \
A GUID partition table needs a partition of kind bios (1 MiB) for GRUB"
	fi
	if [ -d "$root/etc/default" ]; then
		mkdir -p "$root/etc/default/grub.d"
		# A shell reads it, and GRUB what that makes of it: quoted for both. The firmware's own console works on every node: GRUB's graphical one hangs on some that have no display.
		grub_words "${KADEPLOY_ENV_KERNEL_PARAMS-}"
		printf "GRUB_TIMEOUT=0\nGRUB_TERMINAL=console\nGRUB_DISABLE_OS_PROBER=true\nGRUB_CMDLINE_LINUX='%s'\n" \
			"$(printf '%s' "$text" | sed "s/'/'\\\\''/g")" > "$root/etc/default/grub.d/90-kadeploy.cfg"
	fi
	directory=/boot/grub
	[ "${installer##*/}" != grub2-install ] || directory=/boot/grub2
	in_image grub-mkconfig grub2-mkconfig
	[ -z "$program" ] || chroot "$root" "$program" -o "$directory/grub.cfg" || die 'grub-mkconfig failed; the lines before say why'
	if ! grep -q '^[[:space:]]*linux' "$root$directory/grub.cfg" 2>/dev/null; then
		# No kernel where grub-mkconfig looks: the one that the environment names.
		need_kernel "GRUB's menu"
		grub_path "$kernel"
		kernel=$text
		grub_path "$initrd"
		initrd=$text
		grub_words "$parameters"
		{
			printf 'set timeout=0\nsearch --no-floppy --fs-uuid --set=root %s\nmenuentry kadeploy {\n\tlinux %s %s\n' "$uuid" "$kernel" "$text"
			[ -z "$initrd" ] || printf '\tinitrd %s\n' "$initrd"
			printf '}\n'
		} > "$root$directory/grub.cfg"
	fi
}

extlinux_loader() {
	[ $firmware = bios ] || die 'EXTLINUX is for a BIOS, and this node was started by UEFI; choose grub or systemdboot'
	command -v extlinux >/dev/null || lacks extlinux "packages extlinux and syslinux-common"
	need_kernel EXTLINUX
	case $kernel$initrd in *[\ ,]*) die "the path of the kernel or of the initial RAM disk has a space or a comma, which EXTLINUX cannot read; give them other names in the image, or use GRUB" ;; esac
	code=/usr/lib/syslinux/mbr/mbr.bin
	[ "$scheme" != gpt ] || code=/usr/lib/syslinux/mbr/gptmbr.bin
	[ -s "$code" ] || lacks "$code" "package syslinux-common"
	[ "$scheme" = gpt ] || [ "$number" -le 4 ] || die "partition $number is inside the extended one, from which a BIOS cannot start EXTLINUX; use one from 1 to 4, or GRUB"
	[ -d "$root/boot/extlinux" ] || mkdir -p "$root/boot/extlinux"
	extlinux --install "$root/boot/extlinux" || die "extlinux could not be installed on $device; it takes ext2, ext3, ext4, btrfs, xfs and vfat"
	{
		printf 'DEFAULT kadeploy\nPROMPT 0\nTIMEOUT 1\nLABEL kadeploy\n  KERNEL %s\n' "$kernel"
		[ -z "$initrd" ] || printf '  INITRD %s\n' "$initrd"
		printf '  APPEND %s\n' "$parameters"
	} > "$root/boot/extlinux/extlinux.conf"
	# The partition is in use: the kernel need not read the flag, only the next boot does.
	if [ "$active" = " $number " ]; then
		:
	elif [ "$scheme" = gpt ]; then
		sfdisk --quiet --no-reread --no-tell-kernel --part-attrs "$disk" "$number" LegacyBIOSBootable >/dev/null
	else
		sfdisk --quiet --no-reread --no-tell-kernel --activate "$disk" "$number" >/dev/null
	fi || die "partition $number of $disk could not be marked as the one to start; the lines before say why"
	dd "if=$code" "of=$disk" bs=440 count=1 conv=notrunc,fsync 2>/dev/null || die "the boot sector of $disk could not be written"
}

systemd_boot() {
	loader=/usr/lib/systemd/boot/efi/systemd-bootx64.efi
	[ -s $loader ] || lacks "$loader" "package systemd-boot-efi"
	need_kernel systemd-boot
	attach_esp /run/kadeploy/esp systemd-boot
	esp_directory=/run/kadeploy/esp
	rm -rf "$esp_directory/kadeploy" "$esp_directory/loader/entries/kadeploy.conf"
	mkdir -p "$esp_directory/EFI/BOOT" "$esp_directory/loader/entries" "$esp_directory/kadeploy"
	cp $loader "$esp_directory/EFI/BOOT/BOOTX64.EFI"
	cp "$root$kernel" "$esp_directory/kadeploy/linux" || die "the kernel does not fit on the EFI system partition; make it larger"
	{
		printf 'title kadeploy\nlinux /kadeploy/linux\n'
		if [ -n "$initrd" ]; then
			cp "$root$initrd" "$esp_directory/kadeploy/initrd" || die "the initial RAM disk does not fit on the EFI system partition; make it larger"
			printf 'initrd /kadeploy/initrd\n'
		fi
		printf 'options %s\n' "$parameters"
	} > "$esp_directory/loader/entries/kadeploy.conf"
	printf 'default kadeploy.conf\ntimeout 0\n' > "$esp_directory/loader/loader.conf"
}

# An entry behind all others, for firmware that does not look for disks by itself. Without it most machines boot as well.
firmware_entry() {
	command -v efibootmgr >/dev/null && [ -n "$(ls /sys/firmware/efi/efivars 2>/dev/null)" ] || return 0
	entries=$(efibootmgr 2>/dev/null) || return 0
	for old in $(printf '%s\n' "$entries" | sed -n 's/^Boot\([0-9A-F]\{4\}\)[* ] Kadeploy.*/\1/p'); do efibootmgr -q -b "$old" -B || :; done
	order=$(efibootmgr | sed -n 's/^BootOrder: //p')
	efibootmgr -q -c -d "$disk" -p "${esp##*[!0-9]}" -L Kadeploy -l '\EFI\BOOT\BOOTX64.EFI' || return 0
	new=$(efibootmgr | sed -n 's/^Boot\([0-9A-F]\{4\}\)[* ] Kadeploy.*/\1/p' | head -n 1)
	[ -z "$order" ] || efibootmgr -q -o "$order,$new" || :
}

case $choice in
	automatic)
		if has_grub; then grub; elif [ $firmware = uefi ]; then systemd_boot; else extlinux_loader; fi ;;
	grub) grub ;;
	extlinux) extlinux_loader ;;
	systemdboot) systemd_boot ;;
	*) die "'$choice' is no boot loader; automatic, grub, extlinux and systemdboot are" ;;
esac
if [ $firmware = uefi ]; then firmware_entry; fi
