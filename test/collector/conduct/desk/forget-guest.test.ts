import { expect, it } from 'vitest';
import { createGuestsDesk } from '../../../../collector/src/conduct/desk/guests-desk.ts';
import { aRecord, createKnownHost, WEB, WEB_DOMAIN } from '../known-host.ts';

type Host = Parameters<typeof createKnownHost>[0];

async function forget(host: Host, guest = 'web', dryRun = false) {
  const known = createKnownHost(host);
  const asked = createGuestsDesk(known).forget({ guest, dryRun });
  return { known, asked, answer: await asked.catch((error) => error.detail) };
}

it('a guest that is away is forgotten, and what the hypervisor has stays in the list', async () => {
  const { known, answer } = await forget({ connected: [] });
  expect(answer).toEqual({ guest: 'web', guestId: WEB, trims: 0, knownToHost: true, forgotten: true });
  expect(known.forgotten).toEqual([WEB]);
  expect(known.jobsForgotten).toEqual([WEB]);
  expect(known.seriesForgotten).toEqual([`${WEB} `]);
  const gone = await forget({ connected: [], domains: [] });
  expect(gone.answer).toMatchObject({ knownToHost: false, forgotten: true });
});

it('somebody who asks what would be forgotten forgets nothing', async () => {
  const { known, answer } = await forget({ connected: [] }, 'web', true);
  expect(answer).toEqual({ guest: 'web', guestId: WEB, trims: 0, knownToHost: true, forgotten: false });
  expect(known.forgotten).toEqual([]);
});

it.each<[string, Host, string, RegExp]>([
  ['that is connected', {}, 'guest-connected', /^Stop the agent in the guest first, .*trimtab-agent run/],
  [
    'that is off, and whose connection has not ended',
    { domains: [{ ...WEB_DOMAIN, isRunning: false }] },
    'guest-connected',
    /Ask again then/,
  ],
  ['from which no agent has ever connected', { connected: [], records: [] }, 'nothing-to-forget', /hypervisor/],
  ['that nobody knows', { connected: [], records: [], domains: [] }, 'unknown-guest', /trimtab guests/],
])('a guest %s is refused', async (_, host, code, hint) => {
  const { known, answer } = await forget(host);
  expect(answer).toMatchObject({ code, hint: expect.stringMatching(hint) });
  expect(known.forgotten).toEqual([]);
});

it('a guest that says hello in the very moment is sent away, and comes back as a new one', async () => {
  const known = createKnownHost({ connected: [] });
  const links = { ...known.links, isConnected: () => known.forgotten.length > 0 };
  await createGuestsDesk({ ...known, links }).forget({ guest: 'web', dryRun: false });
  expect(known.sentAway).toEqual([WEB]);
});

it('a guest is found by its id', async () => {
  const { answer } = await forget({ connected: [], records: [aRecord({ name: 'web~2' })] }, WEB);
  expect(answer).toMatchObject({ guest: 'web~2', forgotten: true });
});
