import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { FIRST_PATIENCE_MS, MOST_PATIENCE_MS, SOURCE_PATIENCE_MS } from '../../../collector/src/host/ask-source.ts';
import { createHostReader } from '../../../collector/src/host/host-view.ts';
import { answered, type HostSource, type SourceAnswer } from '../../../collector/src/ports/host-source.ts';
import { createTestClock } from '../../support/test-clock.ts';
import { aDomain } from '../correlate/examples.ts';

/** A source that answers when the test says so, beside one that answers at once. */
function createScene() {
  const clock = createTestClock();
  const asked: ((answer: SourceAnswer) => void)[] = [];
  const slow: HostSource = { source: 'libvirt', read: () => new Promise((resolve) => asked.push(resolve)) };
  const quick: HostSource = {
    source: 'qemu-process',
    read: async () => answered([aDomain({ key: 'qemu:1', name: 'b', uuid: null, source: 'qemu-process' })]),
  };
  const read = createHostReader({ sources: [slow, quick], clock });
  return {
    clock,
    asked,
    answer: (name: string) =>
      asked.at(-1)?.(answered([aDomain({ key: 'libvirt:u', name, uuid: 'u', source: 'libvirt' })])),
    /** A reading, while so much time passes. */
    async read(passingMs: number) {
      const view = read();
      await setImmediate();
      clock.advance(passingMs);
      const { domains, findings, sources } = await view;
      return { names: domains.map(({ name }) => name), findings, why: sources[0]?.sentence };
    },
    begin: read,
  };
}

describe('a source that hangs', () => {
  it('is gone on without, and that is told', async () => {
    const scene = createScene();
    expect(await scene.read(FIRST_PATIENCE_MS)).toEqual({
      names: ['b'],
      why: 'no answer for 10 s',
      findings: [
        {
          subject: 'libvirt',
          sentence: 'It has given no answer for 10 s; what it knows is not shown.',
          hint: null,
        },
      ],
    });
  });

  it('is not asked again, nor waited for, while it has not answered', async () => {
    const scene = createScene();
    await scene.read(FIRST_PATIENCE_MS);
    scene.clock.advance(60_000);
    expect((await scene.read(0)).why).toBe('no answer for 70 s');
    expect(scene.asked).toHaveLength(1);
  });

  it('keeps its last answer, with its age, and what comes late is there at the next reading', async () => {
    const scene = createScene();
    const first = scene.begin();
    scene.answer('web');
    expect((await first).domains.map(({ name }) => name)).toEqual(['web', 'b']);
    scene.clock.advance(10_000);
    const view = await scene.read(SOURCE_PATIENCE_MS);
    expect(view.names).toEqual(['web', 'b']);
    expect(view.findings).toMatchObject([
      { subject: 'libvirt', sentence: expect.stringContaining('13 s ago is shown') },
    ]);
    scene.answer('web, renamed');
    await setImmediate();
    const next = scene.begin();
    scene.answer('web, renamed again');
    expect((await next).domains.map(({ name }) => name)).toEqual(['web, renamed again', 'b']);
  });

  it('is hardly waited for once it was late, until it is in time again', async () => {
    const scene = createScene();
    await scene.read(FIRST_PATIENCE_MS);
    scene.asked.at(-1)?.({ kind: 'unavailable', why: 'virsh was ended', hint: null });
    await expect.poll(() => scene.read(250)).toMatchObject({ why: 'no answer for 0 s' });
    expect(scene.asked).toHaveLength(2);
    scene.answer('web');
    await setImmediate();
    const third = scene.begin();
    scene.clock.advance(SOURCE_PATIENCE_MS - 1);
    scene.answer('web');
    expect((await third).sources[0]?.sentence).toBe('1 guest');
  });

  it('has three times what it needed last, where that is much, and never more than half a minute', async () => {
    const scene = createScene();
    const first = scene.begin();
    scene.clock.advance(2_000);
    scene.answer('web');
    await first;
    const second = scene.begin();
    scene.clock.advance(5_900);
    scene.answer('web');
    expect((await second).sources[0]?.sentence).toBe('1 guest');
    const third = scene.begin();
    scene.clock.advance(17_000);
    scene.answer('web');
    await third;
    expect((await scene.read(MOST_PATIENCE_MS)).why).toContain('no answer for 30 s');
  });
});
