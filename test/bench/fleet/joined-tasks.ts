import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import type { AskedGuests } from '../../../collector/src/ports/desk/trims.ts';
import { askApi } from '../../support/programs/api-request.ts';
import type { Bench } from '../benchmark.ts';

/** As long as `trimtab status` takes to start: one after the other, nobody asks more often. */
const BETWEEN_MS = 140;

/** Asks all guests to trim in the one call of `trimtab trim --all /`; the requests that were made. */
export async function askAll(socketPath: string): Promise<readonly string[]> {
  const { status, body } = await askApi({
    socketPath,
    path: '/v1/requests/many',
    body: { guests: null, mounts: ['/'] },
  });
  if (status !== 202) throw new Error(`the guests could not be asked: ${status} ${JSON.stringify(body).slice(0, 500)}`);
  const { asked, refused } = body as AskedGuests;
  const [first] = refused;
  if (first !== undefined) throw new Error(`${refused.length} guests were refused: ${JSON.stringify(first)}`);
  return asked.map(({ requestId }) => requestId);
}

const ASK_DATABASE_MS = 20;

/** Until each request in the database of a collector has an intent or a problem there, or was answered and forgotten. */
export async function untilAnswersStored(path: string): Promise<void> {
  const database = new DatabaseSync(path, { readOnly: true });
  const unanswered = database.prepare(`select 1 from job where not exists
    (select 1 from job_event where job_event.job_id = job.id and job_event.number >= 2) limit 1`);
  try {
    while (unanswered.get() !== undefined) await delay(ASK_DATABASE_MS);
  } finally {
    database.close();
  }
}

/** How long each answer of `GET /v1/status` took until the work is done, one question after the other, in ms. */
export async function askStatusDuring(
  { socketPath, signal }: { readonly socketPath: string } & Pick<Bench, 'signal'>,
  work: Promise<unknown>,
): Promise<readonly number[]> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  const times: number[] = [];
  while (!isDone) {
    signal.throwIfAborted();
    const beganMs = performance.now();
    const { status } = await askApi({ socketPath, path: '/v1/status' });
    if (status !== 200) throw new Error(`GET /v1/status: ${status}`);
    times.push(performance.now() - beganMs);
    await delay(BETWEEN_MS);
  }
  await done;
  return times;
}
