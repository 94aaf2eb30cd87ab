import type { RequestId, TrimId } from '@trimtab/protocol';
import type { Selectable } from 'kysely';
import type { AskedBy } from '../model/asked-by.ts';
import type { GuestId } from '../model/guest-id.ts';
import type { Job, LoggedJob } from '../model/job.ts';
import { mergeCure } from '../model/merge-cure.ts';
import type { NumberedEvent, TrimEvent } from '../model/trim-event.ts';
import type { JobChanges } from '../ports/store/jobs.ts';
import { statement } from './statement.ts';
import type { HostRows, Tables } from './tables.ts';
import { findTrim } from './trims.ts';

/** One transaction: all of it is written, or nothing. */
export async function saveJobs({ db, hostId }: HostRows, { changed, forgotten }: JobChanges): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const rows = { db: transaction, hostId };
    const [drawn] = await selectLast(transaction, { hostId });
    let number = drawn?.last ?? 0;
    for (const logged of changed) {
      number += 1;
      await saveJob(rows, { ...logged, number });
    }
    if (forgotten.length === 0) return;
    await transaction.deleteFrom('job').where('host_id', '=', hostId).where('id', 'in', forgotten).execute();
  });
}

async function saveJob(
  { db, hostId }: HostRows,
  { job, events, number }: LoggedJob & { readonly number: number },
): Promise<void> {
  await putJob(db, {
    id: job.id,
    host_id: hostId,
    kind: job.kind,
    guest_id: job.guestId,
    guest_name: job.guestName,
    targets: JSON.stringify(job.targets),
    options: JSON.stringify(job.options),
    asked_by: JSON.stringify(job.askedBy),
    asked_at: job.askedAt,
    deadline: job.deadline,
    priority: job.priority,
    cancelled_at: job.cancelledAt,
    number,
  });
  for (const { number, event } of events)
    await putEvent(db, { host_id: hostId, job_id: job.id, number, event: toText(event) });
}

const selectLast = statement((db, { hostId }: Pick<HostRows, 'hostId'>) =>
  db
    .selectFrom('job')
    .select(({ fn }) => fn.max<number | null>('number').as('last'))
    .where('host_id', '=', hostId),
);

/** Of a job that is there, only whether somebody wants it stopped can change. */
const putJob = statement((db, row: Tables['job']) =>
  db
    .insertInto('job')
    .values({
      id: row.id,
      host_id: row.host_id,
      kind: row.kind,
      guest_id: row.guest_id,
      guest_name: row.guest_name,
      targets: row.targets,
      options: row.options,
      asked_by: row.asked_by,
      asked_at: row.asked_at,
      deadline: row.deadline,
      priority: row.priority,
      cancelled_at: row.cancelled_at,
      number: row.number,
    })
    .onConflict((conflict) => conflict.columns(['host_id', 'id']).doUpdateSet({ cancelled_at: row.cancelled_at })),
);

const putEvent = statement((db, { host_id, job_id, number, event }: Tables['job_event']) =>
  db
    .insertInto('job_event')
    .values({ host_id, job_id, number, event })
    .onConflict((conflict) => conflict.columns(['host_id', 'job_id', 'number']).doNothing()),
);

/** Rule [JOB5]. */
function toText(event: TrimEvent): string {
  if (event.event !== 'finished') return JSON.stringify(event);
  const kept: KeptResult = {
    event: 'finished',
    trimId: event.trimId,
    curedBy: event.result.curedBy,
    result: null,
  };
  return JSON.stringify(kept);
}

/** One whose trim is not kept any more is forgotten. */
export async function listJobs(rows: HostRows): Promise<readonly LoggedJob[]> {
  const { db, hostId } = rows;
  const jobs = await db.selectFrom('job').selectAll().where('host_id', '=', hostId).orderBy('number').execute();
  const events = await db
    .selectFrom('job_event')
    .selectAll()
    .where('host_id', '=', hostId)
    .orderBy('job_id')
    .orderBy('number')
    .execute();
  const eventsByJob = Map.groupBy(events, ({ job_id }) => job_id);
  const logged: LoggedJob[] = [];
  const forgotten: string[] = [];
  for (const row of jobs) {
    const own: NumberedEvent[] = [];
    const told = eventsByJob.get(row.id) ?? [];
    for (const { number, event: text } of told) {
      const event = await withResult(rows, { guestId: row.guest_id as GuestId, event: JSON.parse(text) as KeptEvent });
      if (event !== null) own.push({ number, event });
    }
    if (own.length < told.length) forgotten.push(row.id);
    else logged.push({ job: toJob(row), events: own });
  }
  if (forgotten.length > 0)
    await db.deleteFrom('job').where('host_id', '=', hostId).where('id', 'in', forgotten).execute();
  return logged;
}

/** The result of a finished trim is with the trim; that of two which make one result, with both. */
interface KeptResult {
  readonly event: 'finished';
  readonly trimId: TrimId;
  /** Earlier versions kept what two came to as it was, and have this with the others only by its absence. */
  readonly curedBy?: TrimId | null;
  readonly result: null;
}
type KeptEvent = TrimEvent | KeptResult;

/** Null where the trim is not kept any more. */
async function withResult(
  rows: HostRows,
  { guestId, event }: { readonly guestId: GuestId; readonly event: KeptEvent },
): Promise<TrimEvent | null> {
  if (event.event !== 'finished' || event.result !== null) return event as TrimEvent;
  const { trimId, curedBy = null } = event;
  const first = await findTrim(rows, { guestId, id: trimId });
  const cure = curedBy === null ? null : await findTrim(rows, { guestId, id: curedBy });
  if (first === null || (curedBy !== null && cure === null)) return null;
  return { event: 'finished', trimId, result: cure === null ? first : mergeCure({ first, cure }) };
}

function toJob(row: Selectable<Tables['job']>): Job {
  return {
    id: row.id as RequestId,
    kind: row.kind as Job['kind'],
    guestId: row.guest_id as GuestId,
    guestName: row.guest_name,
    targets: JSON.parse(row.targets) as Job['targets'],
    options: JSON.parse(row.options) as Job['options'],
    askedBy: JSON.parse(row.asked_by) as AskedBy,
    askedAt: row.asked_at,
    deadline: row.deadline,
    priority: row.priority,
    cancelledAt: row.cancelled_at,
  };
}
