import { expect, it } from 'vitest';
import { createPaint } from '../../../collector/src/cli/paint.ts';
import { formatDoctor } from '../../../collector/src/cli/views/doctor.ts';
import { formatTrim } from '../../../collector/src/cli/views/trim.ts';
import { diagnoseDisk } from '../../../collector/src/diagnose/diagnose-disk.ts';
import { DOCTOR } from '../api/doctor-example.ts';
import { TRIM } from '../api/examples.ts';
import { examined } from '../diagnose/examples.ts';

// A loop device of a guest is a file in there: nobody looks for an image of it on the host.

const PAGE = { width: 80, paint: createPaint(false), timeZone: 'UTC' };
const FILE = { path: '/mnt/outer/inner.img', mount: '/mnt/outer', disks: ['sda'] };
const WHY = 'it is a file on /mnt/outer of this guest, /mnt/outer/inner.img';

function doctor(guestFile: typeof FILE | null): string {
  const [sample] = DOCTOR.guests;
  if (sample === undefined) throw new Error('the example has no guest');
  const evidence = examined({ device: 'loop0', guestFile, unmatched: WHY, slack: null });
  const found = diagnoseDisk({ ...evidence, disk: null, image: null }, null);
  const disk = { device: 'loop0', disk: null, unmatched: WHY, useToldAt: null, ...found };
  return formatDoctor({ ...DOCTOR, guests: [{ ...sample, disks: [disk], findings: [] }], findings: [] }, PAGE);
}

it('doctor heads it with the file that it is, and says where what it gives up comes back', () => {
  const text = doctor(FILE);
  expect(text).toContain('  loop0 a file in the guest, /mnt/outer/inner.img\n');
  expect(text.replaceAll(/\s+/g, ' ')).toContain(
    'what a trim of it gives up is free space of /mnt/outer, and comes back when that is trimmed after it',
  );
  expect(text).not.toMatch(/no image found|cannot be estimated;/);
});

it('doctor says of any other disk without an image that none was found', () => {
  expect(doctor(null)).toContain('  loop0 no image found\n');
});

it('so does a trim of it', () => {
  const [sample] = TRIM.disks;
  if (sample === undefined) throw new Error('the example has no disk');
  const head = (verdict: 'nothing-to-reclaim' | 'inconclusive') =>
    formatTrim({ ...TRIM, disks: [{ ...sample, device: 'loop0', image: null, matchedBy: null, verdict }] }, PAGE);
  expect(head('nothing-to-reclaim')).toContain('loop0 a file in the guest\n');
  expect(head('inconclusive')).toContain('loop0 no image found\n');
});
