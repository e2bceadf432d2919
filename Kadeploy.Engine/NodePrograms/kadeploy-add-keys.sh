#!/bin/sh
# Adds the keys on its standard input to a file of authorized keys, except those that are there already.
#   kadeploy-add-keys [--root DIRECTORY] FILE
# With --root the file is inside that directory, and links are followed as they lead there.
set -eu
export LC_ALL=C
umask 077

die() { printf '%s\n' "kadeploy-add-keys: $*" >&2; exit 1; }

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

root=''
if [ "${1-}" = --root ]; then
	root=$2
	shift 2
fi
[ $# = 1 ] || die 'a file is needed'
resolve "$root" "$1" || die "the links of $1 lead in a circle in the image"
file=$resolved
directory=${file%/*}
[ -z "$root" ] || [ -d "$root" ] || die "$root is not there: the image is not mounted"
if [ -e "$file" ]; then
	chmod 0600 "$file"
	chmod 0700 "$directory"
elif [ -d "$directory" ]; then
	chmod 0700 "$directory"
else
	mkdir -p "$directory"
fi

# What is there, each line between two line ends.
newline='
'
known=$newline start=''
if [ -e "$file" ]; then
	while IFS= read -r key; do known=$known$key$newline; done < "$file"
	# What the last read found is a line without an end.
	[ -z "$key" ] || known=$known$key$newline start=$newline
fi
return=$(printf '\r')
while IFS= read -r key || [ -n "$key" ]; do
	key=${key%"$return"}
	[ -n "$key" ] || continue
	case $known in *"$newline$key$newline"*) continue ;; esac
	known=$known$key$newline
	printf '%s%s\n' "$start" "$key"
	start=''
done >> "$file"
