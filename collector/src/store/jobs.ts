import type { RequestId } from '@trimtab/protocol';
import type { GuestId } from '../model/guest-id.ts';
import type { AskedBy, Job, LoggedJob } from '../model/job.ts';
import type { TrimEvent } from '../model/trim-event.ts';
import type { JobChanges } from '../ports/store/jobs.ts';
import type { HostRows } from './tables.ts';

/** One transaction: all of it is written, or nothing. */
export async function saveJobs({ db, hostId }: HostRows, { changed, forgotten }: JobChanges): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const rows = { db: transaction, hostId };
    for (const logged of changed) await saveJob(rows, logged);
    if (forgotten.length === 0) return;
    await transaction.deleteFrom('job').where('host_id', '=', hostId).where('id', 'in', forgotten).execute();
  });
}

async function saveJob({ db, hostId }: HostRows, { job, events }: LoggedJob): Promise<void> {
  await db
    .insertInto('job')
    .values({
      id: job.id,
      host_id: hostId,
      kind: job.kind,
      guest_id: job.guestId,
      guest_name: job.guestName,
      targets: JSON.stringify(job.targets),
      options: JSON.stringify(job.options),
      asked_by: job.askedBy,
      asked_at: job.askedAt,
      deadline: job.deadline,
      priority: job.priority,
      cancelled_at: job.cancelledAt,
    })
    // Of a job that is there, only whether somebody wants it stopped can change.
    .onConflict((conflict) => conflict.columns(['host_id', 'id']).doUpdateSet({ cancelled_at: job.cancelledAt }))
    .execute();
  if (events.length === 0) return;
  await db
    .insertInto('job_event')
    .values(
      events.map(({ number, event }) => ({ host_id: hostId, job_id: job.id, number, event: JSON.stringify(event) })),
    )
    .onConflict((conflict) => conflict.columns(['host_id', 'job_id', 'number']).doNothing())
    .execute();
}

/** Those that were asked for at the same moment, in any order. */
export async function listJobs({ db, hostId }: HostRows): Promise<readonly LoggedJob[]> {
  const jobs = await db
    .selectFrom('job')
    .selectAll()
    .where('host_id', '=', hostId)
    .orderBy('asked_at')
    .orderBy('id')
    .execute();
  const events = await db
    .selectFrom('job_event')
    .selectAll()
    .where('host_id', '=', hostId)
    .orderBy('job_id')
    .orderBy('number')
    .execute();
  const eventsByJob = Map.groupBy(events, ({ job_id }) => job_id);
  return jobs.map((row) => ({
    job: {
      id: row.id as RequestId,
      kind: row.kind as Job['kind'],
      guestId: row.guest_id as GuestId,
      guestName: row.guest_name,
      targets: JSON.parse(row.targets) as Job['targets'],
      options: JSON.parse(row.options) as Job['options'],
      askedBy: row.asked_by as AskedBy,
      askedAt: row.asked_at,
      deadline: row.deadline,
      priority: row.priority,
      cancelledAt: row.cancelled_at,
    },
    events: (eventsByJob.get(row.id) ?? []).map(({ number, event }) => ({
      number,
      event: JSON.parse(event) as TrimEvent,
    })),
  }));
}
