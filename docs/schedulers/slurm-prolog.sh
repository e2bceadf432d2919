#!/bin/sh
# For Slurm: PrologSlurmctld. Gives the user of a job rights on the job's nodes until a little after the job must have ended. When that fails, Slurm
# puts the job back into the queue.
set -eu
here=$(dirname -- "$0")
. "$here/kadeploy-scheduler.sh"

if [ -n "$partitions" ]; then
  case " $partitions " in
    *" ${SLURM_JOB_PARTITION:-} "*) ;;
    *) exit 0 ;;
  esac
fi

end=${SLURM_JOB_END_TIME:-}
# A job without a limit ends at a time that Slurm cannot write.
if is_number "$end" && [ "$end" -lt 4000000000 ]; then
  how=--until=@$((end + margin))
else
  how=--for=${longest}s
fi

grant "${SLURM_JOB_USER:-}" "${SLURM_JOB_NODELIST:-}" "$how"
