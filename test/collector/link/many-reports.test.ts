import { randomUUID } from 'node:crypto';
import { CLOSE_CODES } from '@trimtab/protocol';
import { expect, it } from 'vitest';
import { WAITING_BYTES } from '../../../collector/src/link/place-at-door.ts';
import { encode, openLinks, says } from './links-under-test.ts';

const quiet = () => new Promise((resolve) => setImmediate(resolve));

/** A report nearly as large as a frame may be. */
function largeReport(): Uint8Array {
  const { report } = says('report');
  const [filesystem] = report.filesystems;
  if (filesystem === undefined) throw new Error('no filesystem');
  const filesystems = Array.from({ length: 3_000 }, (_, index) => ({
    ...filesystem,
    mount: `/${'m'.repeat(150)}${index}`,
  }));
  return encode({ type: 'report', report: { ...report, filesystems } });
}

it('reports of strangers that wait to be judged are bounded in sum, over all their sessions', async () => {
  const works: PromiseWithResolvers<void>[] = [];
  const under = openLinks({
    isKnown: () => false,
    recalls: async () => false,
    said: () => {
      const work = Promise.withResolvers<void>();
      works.push(work);
      return work.promise;
    },
  });
  const report = largeReport();
  const guests = [];
  for (let count = 0; count < 8; count += 1) {
    const guest = under.connect({ address: `192.0.2.${count}` });
    await guest.send(encode({ ...says('hello'), guest: { ...says('hello').guest, productUuid: randomUUID() } }));
    await guest.send(encode(says('inventory')));
    for (let sent = 0; sent < 4 && guest.closed === null; sent += 1) guest.frame(report);
    guests.push(guest);
  }
  expect(works.length).toBe(Math.floor(WAITING_BYTES.stranger / report.byteLength));
  const refused = guests.filter(({ closed }) => closed !== null);
  expect(refused.length).toBeGreaterThan(0);
  for (const { closed } of refused)
    expect(closed).toEqual({ code: CLOSE_CODES.tryLater, reason: 'too many reports wait to be judged' });
  for (const { resolve } of works) resolve();
  await quiet();
  const later = under.connect({ address: '192.0.2.99' });
  for (const message of [says('hello'), says('inventory')]) await later.send(encode(message));
  await later.send(report);
  expect(later.closed).toBeNull();
});
