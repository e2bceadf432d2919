#!/bin/sh
# Loads a kernel, answers, then starts it a second later.
#   kadeploy-kexec --root DIRECTORY --kernel PATH [--initrd PATH]... [--initrds PREFIX] --append TEXT|--append-file FILE [--unmount DIRECTORY]
# Paths are those inside the root; --initrds names all of PREFIX.00, PREFIX.01 and so on. Several initial RAM disks are joined. What is to be unmounted is, before the new kernel starts.
set -eu
export LC_ALL=C
umask 077

die() { printf '%s\n' "kadeploy-kexec: $*" >&2; exit 1; }

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

root='' kernel='' append='' append_file='' unmount='' initrds=0 joined=''
trap '[ -z "$joined" ] || rm -f "$joined"' EXIT
# Sets found to a file's path.
file() {
	resolve "$root" "$1" || die "the links of $1 lead in a circle"
	found=$resolved
	[ -s "$found" ] || die "there is no file $1 in $root"
}
add_initrd() {
	file "$1"
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
		--kernel)
			file "$2"
			kernel=$found
			;;
		--initrd) add_initrd "$2" ;;
		--initrds)
			for each in "$root$2".*; do add_initrd "${each#"$root"}"; done ;;
		--append) append=$2 ;;
		--append-file) append_file=$2 ;;
		--unmount) unmount=$2 ;;
		*) die "$1 is no option" ;;
	esac
	shift 2
done
[ -n "$kernel" ] || die 'no kernel was named'
command -v kexec >/dev/null || die 'the running system has no program kexec; install kexec-tools there, or use BootNewEnvClassical'

# Digests of what is loaded would prove that memory kept it until the new kernel starts, which is a second later; they are for kernels that wait for a crash.
set -- --no-checks -l "$kernel"
[ $initrds = 0 ] || set -- "$@" "--initrd=$initrd"
if [ -n "$append_file" ]; then
	# What the file says is a secret, and arguments are seen by all who are logged in: kexec reads it where it reads the running kernel's own.
	# shellcheck disable=SC2016 # the inner shell expands it
	unshare -m -- sh -c 'mount --bind "$1" /proc/cmdline && shift && exec kexec "$@" --reuse-cmdline' kadeploy-kexec "$append_file" "$@"
else
	kexec "$@" "--append=$append"
fi || die "the kernel ${kernel#"$root"} could not be loaded; is it a kernel for this processor, and does the running kernel allow kexec (kexec_load_disabled, lockdown)?"

# shellcheck disable=SC2016 # the inner shell expands it
setsid sh -c '
	sleep 1
	if [ -n "$1" ]; then umount "$1" || mount -o remount,ro "$1"; fi
	sync
	kexec -e
' kadeploy-kexec "$unmount" </dev/null >/dev/null 2>&1 &
