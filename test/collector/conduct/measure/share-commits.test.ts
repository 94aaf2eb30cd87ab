import { expect, it } from 'vitest';
import { shareCommits } from '../../../../collector/src/conduct/measure/share-commits.ts';
import { anImage } from '../../diagnose/examples.ts';

const quiet = () => new Promise((resolve) => setImmediate(resolve));
const imageOn = ({ pool, path = '/images/a.img' }: { pool: string | null; path?: string }) =>
  anImage({ pool, path, at: path });

function scene() {
  const begun: PromiseWithResolvers<boolean>[] = [];
  const commit = shareCommits(() => {
    const one = Promise.withResolvers<boolean>();
    begun.push(one);
    return one.promise;
  });
  return { commit, begun };
}

it('who asks while a commit of the pool runs gets the next, with all others who asked meanwhile', async () => {
  const { commit, begun } = scene();
  const first = commit(imageOn({ pool: '/pool' }));
  const others = Promise.all([
    commit(imageOn({ pool: '/pool', path: '/pool/b.img' })),
    commit(imageOn({ pool: '/pool', path: '/pool/c.img' })),
  ]);
  expect(begun).toHaveLength(1);
  begun[0]?.resolve(true);
  expect(await first).toBe(true);
  await quiet();
  expect(begun).toHaveLength(2);
  begun[1]?.resolve(false);
  expect(await others).toEqual([false, false]);
  void commit(imageOn({ pool: '/pool' }));
  expect(begun).toHaveLength(3);
});

it('goes on when one fails, and pools do not wait for each other', async () => {
  const { commit, begun } = scene();
  const first = commit(imageOn({ pool: '/pool' }));
  const second = commit(imageOn({ pool: '/pool' }));
  void commit(imageOn({ pool: '/other' }));
  expect(begun).toHaveLength(2);
  begun[0]?.reject(new Error('no'));
  await expect(first).rejects.toThrow('no');
  await quiet();
  begun[2]?.resolve(true);
  expect(await second).toBe(true);
});

it('images whose pool has no name here do not share one', () => {
  const { commit, begun } = scene();
  void commit(imageOn({ pool: null, path: '/a.img' }));
  void commit(imageOn({ pool: null, path: '/b.img' }));
  expect(begun).toHaveLength(2);
});
