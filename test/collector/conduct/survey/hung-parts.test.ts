import { expect, it } from 'vitest';
import { READING_LIMIT_MS } from '../../../../collector/src/conduct/survey/reading-limit.ts';
import { MONITORS_LIMIT_MS } from '../../../../collector/src/conduct/survey/refine-all.ts';
import { createSurvey, type SurveyDeps } from '../../../../collector/src/conduct/survey/survey.ts';
import type { HostView } from '../../../../collector/src/model/domain.ts';
import { createTestClock } from '../../../support/test-clock.ts';
import { aDomain } from '../../correlate/examples.ts';

const quiet = async () => {
  for (let turns = 0; turns < 10; turns += 1) await new Promise((resolve) => setImmediate(resolve));
};
const never = () => new Promise<never>(() => {});
const DOMAINS = ['a', 'b', 'c'].map((key) => aDomain({ key, name: key, disks: [] }));

function scene(parts: Partial<SurveyDeps>) {
  const clock = createTestClock();
  const view: HostView = { takenAt: 0, domains: DOMAINS, findings: [], sources: [], offSince: new Map() };
  const survey = createSurvey({
    clock,
    proofs: { settle: async () => ({ proven: new Map(), reasons: new Map() }) },
    readHost: async () => view,
    refine: async (domain) => ({ ...domain, name: `${domain.name} as it is now` }),
    readImages: async () => ({ readings: [], thinPools: [] }),
    ...parts,
  });
  return { clock, survey };
}
const SILENT = { detail: { code: 'host-silent', cause: 'they were not read within 60 s' } };

it('a host that is never read to the end is given up, and asked anew by who comes then', async () => {
  let readings = 0;
  const { clock, survey } = scene({
    readHost() {
      readings += 1;
      return never();
    },
  });
  for (const expected of [1, 2]) {
    const reading = expect(survey.read()).rejects.toMatchObject(SILENT);
    await quiet();
    clock.advance(READING_LIMIT_MS);
    await reading;
    expect(readings).toBe(expected);
  }
});

it('a monitor that does not answer loses its own guest’s word, and an overview has all others', async () => {
  const { clock, survey } = scene({
    refine: (domain) => (domain.key === 'b' ? never() : Promise.resolve({ ...domain, name: `${domain.name}, now` })),
  });
  const reading = survey.readAll();
  await quiet();
  clock.advance(MONITORS_LIMIT_MS);
  expect((await reading).host.domains.map(({ name }) => name)).toEqual(['a, now', 'b', 'c, now']);
});

it('images that are never read to the end are given up', async () => {
  const { clock, survey } = scene({ readImages: never });
  const reading = expect(survey.readAll()).rejects.toMatchObject(SILENT);
  await quiet();
  clock.advance(READING_LIMIT_MS);
  await reading;
});
