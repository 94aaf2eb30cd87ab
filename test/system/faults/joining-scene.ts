import { randomUUID } from 'node:crypto';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { formatToken, readToken, type Token } from '@trimtab/protocol/joining';
import { expect } from 'vitest';
import type { GuestsView } from '../../../collector/src/model/status.ts';
import { openJoinRoom } from '../../agent/join/in-join-room.ts';
import type { CollectorUnderTest } from '../../support/programs/collector.ts';

/** What a test has opened; `closeOpened` closes it. */
export const opened: AsyncDisposable[] = [];

export async function closeOpened(): Promise<void> {
  for (const each of opened.splice(0).reverse()) await each[Symbol.asyncDispose]();
}

export async function say<Answer>(at: CollectorUnderTest, ...words: readonly string[]): Promise<Answer> {
  const { exitCode, stdout, stderr } = await at.trimtab(...words, '--json');
  if (exitCode !== 0) throw new Error(`${words.join(' ')}: ${stdout}${stderr}`);
  return JSON.parse(stdout) as Answer;
}

/** A token, with another word in the place of some of its own. */
export async function enroll(at: CollectorUnderTest, words: readonly string[] = [], change: Partial<Token> = {}) {
  const { token, id } = await say<{ readonly token: string; readonly id: string }>(at, 'enroll', ...words);
  const read = readToken(token);
  if (read.kind !== 'token') throw new Error(`no token: ${token}`);
  return { id, token: formatToken({ ...read.token, ...change }) };
}

/** By TLS, which this host's own agents would leave out. */
export const encrypted = (at: CollectorUnderTest) => ({ addresses: [`localhost:${at.agentPort}`] });
export const plain = (at: CollectorUnderTest) => ({ addresses: [`127.0.0.1:${at.agentPort}`] });

/** An agent with a machine of its own around it. */
export async function openGuest({ hostname = 'till', productUuid = randomUUID() as string } = {}) {
  const room = await openJoinRoom();
  opened.push(room);
  const root = join(room.folder, 'root');
  const boot = async (bootId: string = randomUUID()) => {
    const files = {
      'proc/sys/kernel/hostname': hostname,
      'proc/sys/kernel/random/boot_id': bootId,
      'sys/class/dmi/id/product_uuid': productUuid,
    };
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), `${text}\n`);
    }
  };
  await boot();
  return {
    room,
    boot,
    hostname,
    productUuid,
    join: (token: string, ...args: readonly string[]) => room.join([token, ...args, '--root', root]),
    run: (...args: readonly string[]) => room.run(['--root', root, ...args]),
  };
}

export type Guest = Awaited<ReturnType<typeof openGuest>>;

export async function joins(guest: Guest, token: string): Promise<void> {
  const { code, stderr } = await guest.join(token);
  expect([code, stderr]).toEqual([0, '']);
}

/** A copy of all that the agent of a guest remembers. */
export async function copyOf(guest: Guest, own: Parameters<typeof openGuest>[0]) {
  const copy = await openGuest(own);
  await cp(guest.room.stateDirectory, copy.room.stateDirectory, { recursive: true });
  return copy;
}

export async function killed(agent: ReturnType<Guest['run']>): Promise<void> {
  agent.process.kill('SIGKILL');
  await agent.ended;
}

export const rowOf = async (at: CollectorUnderTest, name: string) =>
  (await say<GuestsView>(at, 'guests')).guests.find((row) => row.name === name);

export const untilState = (at: CollectorUnderTest, { name, state }: { name: string; state: string }) =>
  expect.poll(async () => (await rowOf(at, name))?.state, { timeout: 60_000 }).toBe(state);

export const untilSaid = (agent: ReturnType<Guest['run']>, words: string | RegExp) =>
  expect.poll(() => agent.said(), { timeout: 60_000 }).toMatch(words);
