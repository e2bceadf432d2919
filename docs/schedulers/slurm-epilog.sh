#!/bin/sh
# For Slurm: EpilogSlurmctld. Takes the rights of a job's user on the job's nodes away, and stops what he still does there.
set -eu
here=$(dirname -- "$0")
. "$here/kadeploy-scheduler.sh"

revoke "${SLURM_JOB_USER:-}" "${SLURM_JOB_NODELIST:-}"
