# What Kadeploy's scripts for schedulers have in common; they read it with '.'.
#
# What comes from jobs is data: it is checked by its form, and handed on in quotation marks or on standard input. Nothing of it is evaluated.

# A scheduler's scripts have no search path, or one that is somebody else's. Settings may add to it.
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
unset IFS CDPATH ENV
set -f

. "$here/kadeploy-scheduler.conf"

fail() {
  printf 'kadeploy-scheduler: %s\n' "$1" >&2
  exit "${2:-1}"
}

# Digits, few enough to be counted with.
is_number() {
  case $1 in
    '' | *[!0-9]*) return 1 ;;
  esac
  [ "${#1}" -le 12 ]
}

# A name that systems give to users; no group of Kadeploy's, no option, no list.
is_user() {
  case $1 in
    '' | [!A-Za-z0-9_]* | *[!A-Za-z0-9_.@\\\$-]*) return 1 ;;
  esac
}

# Names and ranges of nodes, parted by commas or on lines.
is_node_list() {
  case $1 in
    '' | [!A-Za-z0-9]*) return 1 ;;
  esac
  ! printf '%s\n' "$1" | LC_ALL=C grep -q '[^]A-Za-z0-9._,[-]'
}

# Writes the nodes as Kadeploy calls them.
write_nodes() {
  if [ -n "$domain" ]; then
    printf '%s\n' "$1" | kadeploy nodes expand --file=- | while read -r node; do printf '%s%s\n' "$node" "$domain"; done
  else
    printf '%s\n' "$1"
  fi
}

rights() {
  if [ -n "$state" ]; then set -- "$@" --state="$state"; fi
  if [ -n "$config" ]; then set -- "$@" --config="$config"; fi
  kadeploy rights "$@" --file=-
}

# grant USER NODES HOW: gives the user of a job its nodes. HOW says how long: --until=@SECONDS or --for=SECONDSs.
grant() {
  user=$1
  nodes=$2
  is_user "$user" || fail "the job's user is no name of a user"
  is_node_list "$nodes" || fail "the job's list of nodes is none"
  # Overwritten is what a job left behind whose end the scheduler did not live to tell.
  set -- grant --user="$user" --overwrite "$3"
  for part in $parts; do set -- "$@" --part="$part"; done
  write_nodes "$nodes" | rights "$@"
}

# revoke USER NODES: takes them away again, and stops what the user still does there.
revoke() {
  user=$1
  nodes=$2
  # Never a failure: schedulers take nodes out of service for one, and the right ends by itself soon.
  is_user "$user" || fail "the job's user is no name of a user" 0
  is_node_list "$nodes" || fail "the job's list of nodes is none" 0
  write_nodes "$nodes" | rights revoke --user="$user" || fail "rights could not be revoked; they end by themselves" 0
}
