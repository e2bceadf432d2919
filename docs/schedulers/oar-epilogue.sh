#!/bin/sh
# For OAR: EPILOGUE_EXEC_FILE on DEPLOY_HOSTNAME. Takes the rights of a job's user on the job's nodes away, and stops what he still does there.
set -eu
here=$(dirname -- "$0")
. "$here/kadeploy-scheduler.sh"

user=${2:-${OAR_USER:-}}
file=${3:-${OAR_NODEFILE:-}}
[ -f "$file" ] || fail "the file with the job's nodes is not there; its rights end by themselves" 0

revoke "$user" "$(LC_ALL=C sort -u -- "$file")"
