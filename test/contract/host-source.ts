import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HostSource, SourceAnswer } from '../../collector/src/ports/host-source.ts';

export interface SourceUnderTest {
  /** On a host that has what it reads, with at least one guest and one disk. */
  readonly source: HostSource;
  /** The same on a host without its hypervisor. */
  readonly elsewhere: HostSource;
  /** Everything that it could change, in a form that shows a change. */
  state(): unknown;
  remove(): void | Promise<void>;
}

/** What every source of guests owes its reader (collector/src/host/host-source.ts). */
export function describeHostSource(name: string, open: () => SourceUnderTest | Promise<SourceUnderTest>): void {
  describe(`the source ${name}`, () => {
    let given: SourceUnderTest;
    beforeEach(async () => {
      given = await open();
    });
    afterEach(() => given.remove());

    it('[HS1] has keys that are unique, and the same at the next read', async () => {
      const [first, second] = [await readDomains(given.source), await readDomains(given.source)];
      const keys = first.map(({ key }) => key);
      expect(keys.length).toBeGreaterThan(0);
      expect(new Set(keys).size).toBe(keys.length);
      expect(second).toEqual(first);
      for (const { disks } of first) expect(new Set(disks.map(({ id }) => id)).size).toBe(disks.length);
    });

    it('[HS2] has an absolute path for every image, or the name of a network storage', async () => {
      const disks = (await readDomains(given.source)).flatMap((domain) => domain.disks);
      expect(disks.length).toBeGreaterThan(0);
      for (const { image, storage } of disks)
        expect(image).toMatch(storage === 'network' ? /^[a-z][a-z0-9_-]*:\S/ : /^\/[^\0]*$/);
      for (const { pciPath } of disks)
        if (pciPath !== null) expect(pciPath.join()).toMatch(/^[01][0-9a-f]\.[0-7](?:,[01][0-9a-f]\.[0-7])*$/);
    });

    it('[HS3] has seen every one of its guests', async () => {
      for (const { seenBy, source } of await readDomains(given.source)) {
        expect(source).toBe(given.source.source);
        expect(seenBy).toEqual([given.source.source]);
      }
    });

    it('[HS4] says why it is not used where its hypervisor is not there', async () => {
      const answer = await given.elsewhere.read();
      if (answer.kind === 'answered') expect(answer.domains).toEqual([]);
      else expect(answer.why).toMatch(/^\S.*[^.]$/);
    });

    it('[HS5] says with every finding what to do', async () => {
      const answer = await given.source.read();
      if (answer.kind === 'unavailable') throw new Error(answer.why);
      for (const { subject, sentence, hint } of answer.findings) {
        expect(subject).not.toBe('');
        expect(sentence).toMatch(/\.$/);
        expect(hint).toMatch(/\S/);
      }
    });

    it('[HS6] changes nothing', async () => {
      const before = given.state();
      await given.source.read();
      expect(given.state()).toEqual(before);
    });
  });
}

async function readDomains(source: HostSource) {
  const answer: SourceAnswer = await source.read();
  if (answer.kind === 'unavailable') throw new Error(answer.why);
  return answer.domains;
}
