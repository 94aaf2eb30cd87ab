import { expect, it } from 'vitest';
import { SILENCES_KEPT } from '../../../../collector/src/conduct/alerts/alerts-desk.ts';
import { HOUR, MINUTE, useAlerts } from './alerts-under-test.ts';

const world = useAlerts();
const { pass, events, firing } = world;

const silence = (pattern: string, forMs = HOUR) =>
  world.alerts.desk.silence({ pattern, forMs, by: 'alice', comment: 'new disks' });

it.each(['pool-full', '/srv', '/s*', '*', 'pool-full:/srv', 'pool-*:/s*v', '*full*rv'])(
  '%s keeps /srv silent until its time is over',
  async (pattern) => {
    const made = await silence(pattern);
    await pass(30);
    expect(events()).toEqual([]);
    expect(await firing()).toMatchObject([{ silencedUntil: made.until }]);
    await pass(31);
    expect(events()).toEqual(['start /srv']);
  },
);

it.each(['/sr', 'srv', 'pool-filling', '/home', 'pool-full:/home', '/s*x', '*/srv/*', '?srv'])(
  '%s does not',
  async (pattern) => {
    await silence(pattern);
    await pass(12);
    expect(events()).toEqual(['start /srv']);
  },
);

it('one that fits nothing that there is says so', async () => {
  await pass(1);
  const fits = async (pattern: string) => (await silence(pattern)).fits;
  expect(await Promise.all(['pool-full', '/srv', '/h*', 'pool-full:/srv', 'guest-away'].map(fits))).not.toContain(
    false,
  );
  expect(await Promise.all(['pool-ful', '/srvv', 'guest-away:/srv'].map(fits))).not.toContain(true);
});

it('one that somebody ends is over at once, by its pattern or by its id', async () => {
  const { desk } = world.alerts;
  await silence('/srv');
  const { fits: _fits, ...byId } = await silence('*');
  await pass(12);
  expect(await desk.unsilence({ silence: '/srv' })).toMatchObject({ removed: [{ pattern: '/srv', by: 'alice' }] });
  const unknown = { detail: { code: 'unknown-silence' } };
  await expect(desk.unsilence({ silence: byId.id.slice(0, 7) })).rejects.toMatchObject(unknown);
  expect(await desk.unsilence({ silence: byId.id.slice(0, 8) })).toEqual({ removed: [byId] });
  await pass(1);
  expect(events()).toEqual(['start /srv']);
  await expect(desk.unsilence({ silence: '/srv' })).rejects.toMatchObject(unknown);
});

it('a clock that is put back by years does not keep it for years, by minutes does not end it', async () => {
  await silence('/srv');
  world.clock.jump(-10 * MINUTE);
  await pass(15);
  expect(events()).toEqual([]);
  world.clock.jump(-1000 * 24 * HOUR);
  await pass(1);
  expect(events()).toEqual(['start /srv']);
});

it('are bounded, and those that are over make room', async () => {
  for (let at = 0; at < SILENCES_KEPT; at += 1) await silence(`/${at}`, MINUTE);
  await expect(silence('/one-more')).rejects.toMatchObject({ detail: { code: 'too-many-silences' } });
  world.clock.advance(MINUTE);
  await silence('/one-more');
  expect(await world.store.silences()).toHaveLength(1);
});
