#!/bin/sh
# Drivers and network; then init starts what its table names.
export PATH=/usr/sbin:/usr/bin
up() { cut -d' ' -f1 /proc/uptime; }
echo "miniroot: kernel up after $(up) s"
mkdir -p /dev/pts /dev/shm
mount -t devpts -o gid=5,mode=620 devpts /dev/pts
mount -t tmpfs tmpfs /run
ln -sf /proc/self/fd /dev/fd

# What every virtual machine has, then any other hardware by the ids that it announces. The second round finds what stands behind the
# controllers that the first one woke.
modprobe -a -q virtio_pci virtio_net virtio_blk virtio_rng sd_mod button evdev 2>/dev/null
known=
drivers() {
	announced=$(cat /sys/bus/*/devices/*/modalias 2>/dev/null | sort -u)
	[ "$announced" != "$known" ] || return 1
	known=$announced
	echo "$announced" | xargs -r modprobe -a -q -b 2>/dev/null
}
drivers
drivers
if [ -d /sys/firmware/efi ]; then
	modprobe -q efivarfs 2>/dev/null
	mount -t efivarfs efivarfs /sys/firmware/efi/efivars 2>/dev/null
fi

# An ed25519 host key for this boot (an RSA one takes many seconds on a slow processor).
if [ -s /root/.ssh/authorized_keys ]; then dropbearkey -t ed25519 -f /run/hostkey >/dev/null 2>&1 & hostkey=$!; fi

# The network card that the firmware booted from, when the boot loader says which; else every one.
bootif=
read -r cmdline < /proc/cmdline
for word in $cmdline; do
	case $word in BOOTIF=*) bootif=$(echo "${word#BOOTIF=}" | sed 's/^01-//; s/-/:/g' | tr A-Z a-z) ;; esac
done
interfaces() {
	for each in /sys/class/net/*; do
		[ "$(cat "$each/type")" = 1 ] || continue
		[ -z "$1" ] || [ "$(cat "$each/address")" = "$1" ] || continue
		echo "${each##*/}"
	done
}
ip link set lo up
found=$(interfaces "$bootif")
if [ -z "$found" ]; then found=$(interfaces ''); fi
if [ -z "$found" ]; then echo 'miniroot: there is no network card with a driver'; fi

# All ask at once and go on asking and renewing; the first to get an address says so.
mkfifo /run/bound
exec 3<>/run/bound
for each in $found; do
	ip link set "$each" up
	udhcpc -f -i "$each" -s /etc/udhcpc.script -t 5 -T 1 -A 1 </dev/null >/dev/null 2>&1 3>&- &
done
if [ -n "$found" ] && ! read -t 60 -r line <&3; then echo "miniroot: no DHCP answer on $(echo $found) within 60 s; still asking"; fi
exec 3>&-
# Some hardware announces itself late: disks of a slow controller, what hangs on USB.
for pause in 2 4 8; do
	sleep $pause
	drivers
done </dev/null >/dev/null 2>&1 &
[ -z "$hostkey" ] || wait "$hostkey"
acpid -l /dev/null -p /run/acpid.pid 2>/dev/null
if [ -s /run/lease ]; then
	. /run/lease
	echo "miniroot: ready after $(up) s, interface $lease_interface, address $lease_ip"
else
	echo "miniroot: ready after $(up) s, without network"
fi
