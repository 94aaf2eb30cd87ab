import { Fault } from '@trimtab/protocol/shared';
import { expect, it } from 'vitest';
import type { Monitor } from '../../../collector/src/model/domain.ts';
import { askMonitors } from '../../../collector/src/qemu/ask-monitors.ts';

const FIRST: Monitor = { kind: 'socket', path: '/first' };
const SECOND: Monitor = { kind: 'socket', path: '/second' };
const LIBVIRT = { kind: 'libvirt', uri: 'qemu:///system', domain: 'u' } as const satisfies Monitor;

const BUSY = new Fault({
  code: 'qmp-busy',
  operation: 'ask QEMU',
  subject: '/first',
  cause: 'no greeting in 2000 ms',
  hint: 'Start QEMU with a second -qmp socket.',
});

/**
 * Monitors that answer with these words, fail with these errors, or keep silent (null); and which of them were asked.
 */
function scene(...given: readonly (readonly [Monitor, string | Error | null])[]) {
  const answers = new Map(given);
  const asked: Monitor[] = [];
  const ask = (monitor: Monitor): Promise<string> => {
    asked.push(monitor);
    const answer = answers.get(monitor);
    if (answer === null) return new Promise(() => {});
    return typeof answer === 'string' ? Promise.resolve(answer) : Promise.reject(answer);
  };
  return { asked, ask, monitors: [...answers.keys()] };
}

it('asks every socket at once, and one that is held does not hold up the answer of another', async () => {
  const { asked, ...rest } = scene([FIRST, null], [SECOND, 'answer'], [LIBVIRT, 'tainted']);
  expect(await askMonitors({ ...rest, mayTaint: true })).toEqual({ kind: 'answered', answer: 'answer', by: 'socket' });
  expect(asked).toEqual([FIRST, SECOND]);
});

it('asks libvirt when no socket answers', async () => {
  const { asked, ...rest } = scene([LIBVIRT, 'tainted'], [FIRST, BUSY], [SECOND, BUSY]);
  expect(await askMonitors({ ...rest, mayTaint: true })).toEqual({
    kind: 'answered',
    answer: 'tainted',
    by: 'libvirt',
  });
  expect(asked).toEqual([FIRST, SECOND, LIBVIRT]);
});

it('does not ask libvirt where nothing may be noted on the domain, and says what the sockets said, with the remedy', async () => {
  const { asked, ...rest } = scene([FIRST, BUSY], [LIBVIRT, 'tainted']);
  expect(await askMonitors({ ...rest, mayTaint: false })).toEqual({
    kind: 'silent',
    why: 'cannot ask QEMU: /first: no greeting in 2000 ms. Start QEMU with a second -qmp socket.',
  });
  expect(asked).toEqual([FIRST]);
});

it.each([
  ['there is none at all', [], true, 'this guest has no QMP socket that the collector knows of'],
  [
    'libvirt holds the only one',
    [[LIBVIRT, 'tainted']],
    false,
    'libvirt holds its QMP socket, and is not asked: it would note that on the domain',
  ],
  [
    'libvirt holds the only one, and nobody has agreed to what it notes',
    [[{ ...LIBVIRT, needsConsent: true }, 'tainted']],
    true,
    'libvirt holds its QMP socket, and would note on the domain that it was asked; trimtab trim with --even-if-tainted asks it',
  ],
  [
    'that is so, and none is asked in any case',
    [[{ ...LIBVIRT, needsConsent: true }, 'tainted']],
    false,
    'libvirt holds its QMP socket, and is not asked: it would note that on the domain',
  ],
] as const)('says why nobody is asked where %s', async (_, answers, mayTaint, why) => {
  const { asked, ...rest } = scene(...answers);
  expect(await askMonitors({ ...rest, mayTaint })).toEqual({ kind: 'silent', why });
  expect(asked).toEqual([]);
});

it('tells what libvirt said last when nobody answers', async () => {
  const { ask, monitors } = scene([FIRST, BUSY], [LIBVIRT, new Error('no virsh on this host')]);
  expect(await askMonitors({ ask, monitors, mayTaint: true })).toEqual({
    kind: 'silent',
    why: 'no virsh on this host',
  });
});
