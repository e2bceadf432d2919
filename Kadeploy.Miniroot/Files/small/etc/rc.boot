#!/bin/sh
# The network; then init starts what its table names. /proc, /sys and /dev are there already.
export PATH=/usr/sbin:/usr/bin
hostname -F /etc/hostname
[ -s /etc/dropbear/hostkey ] || dropbearkey -t ed25519 -f /etc/dropbear/hostkey >/dev/null 2>&1 & # this system's own, made at its first start
hostkey=$!
ip link set lo up
ip link set eth0 up
udhcpc -b -i eth0 -s /etc/udhcpc.script -t 5 -T 1 </dev/null >/dev/null 2>&1
wait "$hostkey"
echo "small: ready, $(cat /run/lease 2>/dev/null | tr '\n' ' ')"
