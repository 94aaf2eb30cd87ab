import type { FromGuest, TrimId } from '@trimtab/protocol';
import { expect } from 'vitest';
import type { TrimsRoom } from './trims-room.ts';

// What a test of the agent's trims does again and again.

export type Said<Type extends FromGuest['type']> = Extract<FromGuest, { type: Type }>;

export async function linkUp({ conductor, delivery }: TrimsRoom): Promise<void> {
  conductor.linkUp();
  await delivery.linkUp();
}

/** The newest message of that type, as soon as there are `count` of them. */
export async function hear<Type extends FromGuest['type']>(
  { said }: TrimsRoom,
  type: Type,
  count = 1,
): Promise<Said<Type>> {
  const all = () => said.filter((message): message is Said<Type> => message.type === type);
  await expect.poll(all).toHaveLength(count);
  return all()[count - 1] as Said<Type>;
}

/** From the wish to the report that was sent; the trim's id. */
export async function trimOnce(room: TrimsRoom, wish: Parameters<TrimsRoom['begin']>[0] = {}): Promise<TrimId> {
  expect(await room.begin(wish)).toEqual({ kind: 'accepted' });
  const { trimId } = room.said.findLast((message) => message.type === 'intent') as Said<'intent'>;
  room.conductor.grant(trimId);
  await expect.poll(() => room.fstrim.running).toHaveLength(1);
  room.fstrim.end(0);
  await expect.poll(() => reportedBy(room)).toContain(trimId);
  return trimId;
}

export function reportedBy({ said }: TrimsRoom): TrimId[] {
  return said.flatMap((message) => (message.type === 'report' ? [message.report.id] : []));
}
