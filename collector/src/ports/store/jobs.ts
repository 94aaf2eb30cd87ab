import type { RequestId } from '@trimtab/protocol';
import type { LoggedJob } from '../../model/job.ts';

/** What has changed since the last write. */
export interface JobChanges {
  /** Each as it is now, with those of its events that have not been written yet. */
  readonly changed: readonly LoggedJob[];
  /** Jobs to take out, with their logs. */
  readonly forgotten: readonly RequestId[];
}

/**
 * What people asked for, and what happened to it. Every promise resolves only when its change is durable. Obligations,
 * held by test/contract/jobs-store.ts: [JOB1] a job and its log survive a restart, the events under their numbers and
 * in their order; [JOB2] an event is written once: under its number the first stays; [JOB3] a job that is forgotten
 * leaves nothing; [JOB4] all changes of one call are written, or none; [JOB5] the result of a finished trim is kept
 * with the trim alone, and read from there, what two trims came to together with both: a job whose trim is not kept any more is forgotten.
 */
export interface JobsStore {
  saveJobs(changes: JobChanges): Promise<void>;
  /** All of this host, in the order in which they were first saved. */
  jobs(): Promise<readonly LoggedJob[]>;
}
