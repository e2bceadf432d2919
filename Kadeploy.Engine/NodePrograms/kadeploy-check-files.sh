#!/bin/sh
# Checks that files exist and are not empty, when links are followed as inside a directory.
#   kadeploy-check-files DIRECTORY PATH...
set -eu

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

root=$1
shift
status=0
say() { printf '%s\n' "kadeploy-check-files: $*" >&2; status=1; }
for path in "$@"; do
	if ! resolve "$root" "$path"; then
		say "the links of $path lead in a circle in the image"
		continue
	fi
	file=$resolved
	if [ ! -e "$file" ]; then
		note=''
		[ "$file" = "$root$path" ] || note=", which leads to ${file#"$root"}"
		near=$(find "${file%/*}" -mindepth 1 -maxdepth 1 2>/dev/null | sed 's|.*/||' | sort | head -n 20 | tr '\n' ' ') || near=''
		say "the image has no file $path$note; there is ${near:-nothing }in that directory; correct the path in the environment's description, or the image"
	elif [ ! -f "$file" ]; then
		say "$path in the image is no file"
	elif [ ! -s "$file" ]; then
		say "$path in the image is empty"
	fi
done
exit $status
