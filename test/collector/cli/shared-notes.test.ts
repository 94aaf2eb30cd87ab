import { expect, it } from 'vitest';
import { createPaint } from '../../../collector/src/cli/paint.ts';
import { formatDoctor } from '../../../collector/src/cli/views/doctor.ts';
import type { DoctorFinding, DoctorGuest } from '../../../collector/src/model/doctor.ts';
import { DOCTOR } from '../api/doctor-example.ts';

const overlayAt = (mount: string): DoctorFinding => ({
  cause: 'overlay',
  hop: 'trimmed',
  effect: 'note',
  sentence: `${mount} is left out of a trim. overlay has no disk of its own.`,
  evidence: [{ fact: `kind of ${mount}`, value: 'overlay' }],
  fix: { on: 'guest', commands: [], note: 'Trim the layer underneath.', needsPowerCycle: false },
  page: 'docs/causes.md#overlay',
  mount,
  seenByTrimAt: null,
});

function show(findings: Readonly<Record<string, readonly DoctorFinding[]>>): string {
  const [sample] = DOCTOR.guests;
  if (sample === undefined) throw new Error('the example has no guest');
  const guests: DoctorGuest[] = Object.entries(findings).map(([name, own]) => ({ ...sample, name, findings: own }));
  return formatDoctor({ ...DOCTOR, guests }, { width: 80, paint: createPaint(false), timeZone: 'UTC' });
}

it('a note of many guests and mounts is told once, with whom it is true of', () => {
  const text = show({ 'web-1': [overlayAt('/'), overlayAt('/var/lib/docker/a')], 'db-1': [overlayAt('/')], bare: [] });
  // The sentence names a mount, and is true of that only.
  expect(text).not.toContain('/ is left out');
  expect(text.match(/note: An overlay has no disk of its own/g)).toHaveLength(1);
  expect(text.match(/Trim the layer underneath/g)).toHaveLength(1);
  expect(text).toContain('      True of: web-1 (/, /var/lib/docker/a), db-1 (/)\n');
  expect(text).not.toContain('the guest as a whole');
});

it('a note of one guest stays with it, and what loses space is told of each', () => {
  const lost: DoctorFinding = {
    ...overlayAt('/'),
    cause: 'no-fstrim',
    effect: 'lost',
    sentence: 'There is no fstrim.',
  };
  const text = show({ 'web-1': [overlayAt('/'), lost], 'db-1': [lost] });
  expect(text.indexOf('overlay has no disk')).toBeLessThan(text.indexOf('db-1'));
  expect(text.match(/There is no fstrim/g)).toHaveLength(2);
  expect(text).not.toContain('True of:');
});

it('a container host has its first mounts listed, and the rest counted', () => {
  const overlays = Array.from({ length: 40 }, (_, index) => overlayAt(`/run/${index}`));
  expect(show({ 'web-1': overlays })).toContain('True of: web-1 (/run/0, /run/1, /run/2, /run/3, and 36 more)\n');
});

it('a sentence that is true of all is told as it is; a cause without a title is told of each', () => {
  const timer: DoctorFinding = { ...overlayAt('/'), cause: 'fstrim-timer-too', mount: null, sentence: 'It is on.' };
  expect(show({ 'web-1': [timer], 'db-1': [timer] })).toMatch(/note: It is on\..*True of: web-1, db-1\n/s);
  const newer = (mount: string): DoctorFinding => ({ ...overlayAt(mount), cause: 'not-yet-known' });
  const text = show({ 'web-1': [newer('/')], 'db-1': [newer('/srv')] });
  expect(text).not.toContain('True of:');
  expect(text).toContain('/srv is left out');
});
