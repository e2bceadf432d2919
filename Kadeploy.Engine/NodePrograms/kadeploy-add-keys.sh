#!/bin/sh
# Adds the keys on its standard input to a file of authorized keys, except those that are there already.
#   kadeploy-add-keys [--root DIRECTORY] FILE
# With --root the file is inside that directory, and links are followed as they lead there.
set -eu
export LC_ALL=C
umask 077

die() { printf '%s\n' "kadeploy-add-keys: $*" >&2; exit 1; }

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

root=''
if [ "${1-}" = --root ]; then
	root=$2
	shift 2
fi
[ $# = 1 ] || die 'a file is needed'
file=$(resolve "$root" "$1") || die "the links of $1 lead in a circle in the image"
directory=${file%/*}
[ -z "$root" ] || [ -d "$root" ] || die "$root is not there: the image is not mounted"
mkdir -p "$directory"
chmod 0700 "$directory"
[ -e "$file" ] || : > "$file"
chmod 0600 "$file"
if [ -s "$file" ] && [ -n "$(tail -c 1 "$file")" ]; then echo >> "$file"; fi
while IFS= read -r key || [ -n "$key" ]; do
	key=$(printf '%s' "$key" | tr -d '\r')
	[ -n "$key" ] || continue
	grep -qxF -e "$key" "$file" || printf '%s\n' "$key" >> "$file"
done
