import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { askApi } from '../../support/programs/api-request.ts';
import type { Bench } from '../benchmark.ts';
import type { FleetGuest } from './fleet-agent.ts';

const ASKED_AT_ONCE = 32;
/** As long as `trimtab status` takes to start: one after the other, nobody asks more often. */
const BETWEEN_MS = 140;

/** Asks each guest to trim by a request of its own, as a program does that keeps its connections. */
export async function askAll(socketPath: string, guests: readonly FleetGuest[]): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: ASKED_AT_ONCE });
  const waiting = guests.values();
  const askSome = async () => {
    for (const { uuid } of waiting) await post({ agent, socketPath, body: { guest: uuid, mounts: ['/'] } });
  };
  try {
    await Promise.all(Array.from({ length: ASKED_AT_ONCE }, askSome));
  } finally {
    agent.destroy();
  }
}

function post({ body, ...where }: { agent: Agent; socketPath: string; body: unknown }): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const call = request({ ...where, path: '/v1/requests', method: 'POST', headers }, (answer) => {
      if (answer.statusCode !== 202) reject(new Error(`a guest could not be asked: ${answer.statusCode}`));
      answer.resume().once('end', resolve).once('error', reject);
    });
    call.once('error', reject);
    call.end(JSON.stringify(body));
  });
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
