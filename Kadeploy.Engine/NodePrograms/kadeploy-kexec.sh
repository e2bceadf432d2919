#!/bin/sh
# Loads a kernel, answers, then starts it a second later.
#   kadeploy-kexec --root DIRECTORY --kernel PATH [--initrd PATH]... [--initrds PREFIX] --append TEXT|--append-file FILE [--unmount DIRECTORY]
# Paths are those inside the root; --initrds names all of PREFIX.00, PREFIX.01 and so on. Several initial RAM disks are joined. What is to be unmounted is, before the new kernel starts.
set -eu
export LC_ALL=C
umask 077

die() { printf '%s\n' "kadeploy-kexec: $*" >&2; exit 1; }

# Prints where PATH leads inside ROOT: resolve ROOT PATH.
resolve() (
	at='' rest=$2 left=40
	while [ -n "$rest" ]; do
		part=${rest%%/*}
		case $rest in */*) rest=${rest#*/} ;; *) rest='' ;; esac
		case $part in '' | .) continue ;; ..) at=${at%/*}; continue ;; esac
		if [ -L "$1$at/$part" ]; then
			left=$((left - 1))
			[ $left -gt 0 ] || exit 1
			link=$(readlink "$1$at/$part")
			case $link in /*) at='' ;; esac
			rest=$link/$rest
		else
			at=$at/$part
		fi
	done
	printf '%s' "$1$at"
)

root='' kernel='' append='' unmount='' initrds=0 joined=''
trap '[ -z "$joined" ] || rm -f "$joined"' EXIT
file() {
	found=$(resolve "$root" "$1") || die "the links of $1 lead in a circle"
	[ -s "$found" ] || die "there is no file $1 in $root"
	printf '%s' "$found"
}
add_initrd() {
	found=$(file "$1")
	initrds=$((initrds + 1))
	case $initrds in
		1) initrd=$found ;;
		2)
			joined=$(mktemp)
			cat "$initrd" > "$joined"
			initrd=$joined
			;;
	esac
	[ $initrds = 1 ] || {
		# The kernel finds the next one at a multiple of 4096 for certain.
		length=$(wc -c < "$joined")
		missing=$(((4096 - length % 4096) % 4096))
		[ $missing = 0 ] || dd if=/dev/zero bs=1 count=$missing 2>/dev/null >> "$joined"
		cat "$found" >> "$joined"
	}
}
while [ $# -gt 1 ]; do
	case $1 in
		--root) root=$2 ;;
		--kernel) kernel=$(file "$2") ;;
		--initrd) add_initrd "$2" ;;
		--initrds)
			for each in "$root$2".*; do add_initrd "${each#"$root"}"; done ;;
		--append) append=$2 ;;
		--append-file) append=$(cat "$2") ;;
		--unmount) unmount=$2 ;;
		*) die "$1 is no option" ;;
	esac
	shift 2
done
[ -n "$kernel" ] || die 'no kernel was named'
command -v kexec >/dev/null || die 'the running system has no program kexec; install kexec-tools there, or use BootNewEnvClassical'

set -- -l "$kernel" "--append=$append"
[ $initrds = 0 ] || set -- "$@" "--initrd=$initrd"
kexec "$@" || die "the kernel ${kernel#"$root"} could not be loaded; is it a kernel for this processor, and does the running kernel allow kexec (kexec_load_disabled, lockdown)?"

# shellcheck disable=SC2016 # the inner shell expands it
setsid sh -c '
	sleep 1
	sync
	if [ -n "$1" ]; then umount "$1" || mount -o remount,ro "$1"; fi
	sync
	kexec -e
' kadeploy-kexec "$unmount" </dev/null >/dev/null 2>&1 &
