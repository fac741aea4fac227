/**
 * Variables of a program that outlives its job. The runner sets this one for what a job starts, and
 * ends that at the end of the job: a cluster that stays is none of it.
 */
export const NOT_OF_THE_JOB = { RUNNER_TRACKING_ID: '' };
