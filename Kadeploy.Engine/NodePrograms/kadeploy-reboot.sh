#!/bin/sh
# Answers, then reboots a second later without asking any service.
set -eu
sync
setsid sh -c 'sleep 1; reboot -f || echo b > /proc/sysrq-trigger' </dev/null >/dev/null 2>&1 &
