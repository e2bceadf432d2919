#!/bin/sh
# For OAR: PROLOGUE_EXEC_FILE on DEPLOY_HOSTNAME, where the prologue of jobs of type 'deploy' runs. Gives the user of the job rights on its nodes until a
# little after its walltime. OAR's arguments: the job's number, its user, the file with its nodes, its walltime in seconds.
set -eu
here=$(dirname -- "$0")
. "$here/kadeploy-scheduler.sh"

user=${2:-${OAR_USER:-}}
file=${3:-${OAR_NODEFILE:-}}
walltime=${4:-${OAR_JOB_WALLTIME_SECONDS:-}}
[ -f "$file" ] || fail "the file with the job's nodes is not there"
# A node is there once for each of its cores.
nodes=$(LC_ALL=C sort -u -- "$file")
is_number "$walltime" && [ "$walltime" -gt 0 ] || walltime=$longest

grant "$user" "$nodes" "--for=$((walltime + margin))s"
