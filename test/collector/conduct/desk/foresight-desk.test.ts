import { expect, it } from 'vitest';
import { createForesightDesk } from '../../../../collector/src/conduct/desk/foresight-desk.ts';
import type { Domain } from '../../../../collector/src/model/domain.ts';
import type { ForesightQuery, ForesightView } from '../../../../collector/src/model/foresight.ts';

const aDomain = ({ name, uuid }: { name: string; uuid: string }) => ({
  key: `qemu:${name}`,
  name,
  uuid,
  guestUuid: uuid,
  state: 'running',
});
const UUID = '8a1c5d1e-0000-4000-8000-000000000001';
const TWINS = '8a1c5d1e-0000-4000-8000-000000000002';

const nobody = () => Promise.reject(new Error('nobody asks this'));

function ask(without: string | null) {
  const domains = [
    aDomain({ name: 'web-1', uuid: UUID }),
    aDomain({ name: 'one', uuid: TWINS }),
    aDomain({ name: 'other', uuid: TWINS }),
  ] as unknown as Domain[];
  const asked: (string | null)[] = [];
  const deps = {
    foreseer: {
      all: nobody,
      async one(query: ForesightQuery) {
        asked.push(query.without);
        return {} as ForesightView;
      },
    },
    lately: { guests: async () => [] },
    health: { findings: () => [] },
    links: { find: () => undefined, saying: () => [] } as never,
    store: { findGuests: async () => [] },
    survey: { read: async () => ({ domains, sources: [], offSince: new Map() }) as never },
  };
  const desk = createForesightDesk(deps, { status: nobody });
  return desk.forecasts({ pool: '/srv', add: null, without }).then(() => asked);
}

it('a guest to be taken away may be called by its id, and its images are listed by its name', async () => {
  expect(await ask(UUID)).toEqual(['web-1']);
  expect(await ask('web-1')).toEqual(['web-1']);
  expect(await ask(null)).toEqual([null]);
});

it('a word that means nobody, or guests of several names, is refused', async () => {
  await expect(ask('nobody')).rejects.toMatchObject({ detail: { code: 'unknown-guest' } });
  await expect(ask(TWINS)).rejects.toMatchObject({ detail: { code: 'ambiguous-guest' } });
});
