#!/bin/sh
# Unpacks an archive into a directory, which is emptied before, and runs a script in it.
#   kadeploy-run-archive none|gzip|bzip2|xz|zstd DIRECTORY ARCHIVE NAME [SCRIPT ARGUMENT...]
# NAME is what messages call the archive. The archive is removed; the script's variables are those of the environment.
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
mkdir -p "$directory"
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
