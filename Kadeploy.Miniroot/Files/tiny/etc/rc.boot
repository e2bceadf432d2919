#!/bin/sh
# Drivers and network; then init starts what its table names.
export PATH=/usr/sbin:/usr/bin
up() { cut -d' ' -f1 /proc/uptime; }
mount -o remount,rw /
mount -t proc proc /proc 2>/dev/null
mount -t sysfs sysfs /sys 2>/dev/null
mkdir -p /dev/pts /dev/shm
mount -t devpts -o gid=5,mode=620 devpts /dev/pts
mount -t tmpfs tmpfs /run
ln -sf /proc/self/fd /dev/fd
hostname -F /etc/hostname
modprobe -a -q virtio_pci virtio_net virtio_blk virtio_rng button evdev 2>/dev/null
cat /sys/bus/*/devices/*/modalias 2>/dev/null | sort -u | xargs -r modprobe -a -q -b 2>/dev/null
# This system's own host key, made at its first start.
if ! [ -s /etc/dropbear/hostkey ]; then dropbearkey -t ed25519 -f /etc/dropbear/hostkey >/dev/null 2>&1 & hostkey=$!; fi
ip link set lo up
found=
for each in /sys/class/net/*; do
	if [ "$(cat "$each/type")" = 1 ]; then found="$found ${each##*/}"; fi
done
mkfifo /run/bound
exec 3<>/run/bound
for each in $found; do
	ip link set "$each" up
	udhcpc -f -i "$each" -s /etc/udhcpc.script -t 5 -T 1 -A 1 </dev/null >/dev/null 2>&1 3>&- &
done
if [ -n "$found" ] && ! read -t 60 -r line <&3; then echo "tiny: no DHCP answer on$found within 60 s; still asking"; fi
exec 3>&-
[ -z "$hostkey" ] || wait "$hostkey"
acpid -l /dev/null -p /run/acpid.pid 2>/dev/null
if [ -s /run/lease ]; then
	. /run/lease
	echo "tiny: ready after $(up) s, interface $lease_interface, address $lease_ip"
else
	echo "tiny: ready after $(up) s, without network"
fi
