#!/bin/sh
# Unpacks an archive into a directory, which is emptied before, and runs a script in it.
#   kadeploy-run-archive none|gzip|bzip2|xz|zstd DIRECTORY ARCHIVE NAME [SCRIPT ARGUMENT...]
# NAME is what messages call the archive. The archive is removed; the script's variables are those of the environment. A run that an engine which was
# killed left behind in the same directory is ended first, with all that it has started.
set -eu

die() { printf '%s\n' "kadeploy-run-archive: $*" >&2; exit 1; }

[ $# -ge 4 ] || die 'a compression, a directory, an archive and its name are needed'
compression=$1 directory=$2 archive=$3 name=$4
shift 4
case $compression in
	none) option='' ;;
	gzip) option=-z ;;
	bzip2) option=-j ;;
	xz) option=-J ;;
	zstd) option=--zstd ;;
	*) die "'$compression' is no compression" ;;
esac
[ -d "$directory" ] || mkdir -p "$directory"
# A production system has other users; what is in archives is not for them.
chmod 0700 "$directory"

# Each program of the agent is a group of processes of its own. The note lies beside the directory, where the script does not see it.
running=$directory.running
earlier() { [ -r "/proc/$1/cmdline" ] && case $(tr '\0' ' ' < "/proc/$1/cmdline") in *kadeploy-run-archive*" $directory "*) : ;; *) false ;; esac; }
if [ -s "$running" ] && read -r old < "$running" && [ "$old" != $$ ] && earlier "$old"; then
	kill -TERM "-$old" 2>/dev/null || :
	tries=100
	while kill -0 "-$old" 2>/dev/null; do
		tries=$((tries - 1))
		[ $tries != 0 ] || kill -KILL "-$old" 2>/dev/null || :
		[ $tries -gt -50 ] || die "an earlier run of a script, process $old, does not end; look at what it waits for, or reboot the node"
		sleep 0.1
	done
fi
printf '%s\n' $$ > "$running"
trap 'rm -f "$running"' EXIT
find "$directory" -mindepth 1 -maxdepth 1 -exec rm -rf {} +
# shellcheck disable=SC2086 # no option, no word
tar -x $option -C "$directory" -f "$archive" || die "the archive $name could not be unpacked as tar with compression '$compression'"
rm -f "$archive"
[ $# -gt 0 ] || exit 0
script=$1
shift
[ -f "$directory/$script" ] || die "the archive $name holds no script $script; it holds $(find "$directory" -mindepth 1 -maxdepth 1 | sed 's|.*/||' | sort | head -n 20 | tr '\n' ' ')"
chmod +x "$directory/$script"
cd "$directory"
status=0
"$directory/$script" "$@" || status=$?
[ $status = 0 ] || {
	printf '%s\n' "kadeploy-run-archive: the script $script of $name ended with status $status" >&2
	exit $status
}
