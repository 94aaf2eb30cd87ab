import { expect, it } from 'vitest';
import { sortByWins } from '../../../../collector/src/conduct/doctor/biggest-wins.ts';
import type { DoctorGuest } from '../../../../collector/src/model/doctor.ts';
import { DOCTOR } from '../../api/doctor-example.ts';

function aGuest(name: string, ...wins: readonly (number | null)[]): DoctorGuest {
  const [guest] = DOCTOR.guests;
  const [disk] = guest?.disks ?? [];
  if (guest === undefined || disk === undefined) throw new Error('the example has no disk');
  const disks = wins.map((afterFixesBytes, index) => ({ ...disk, device: `sd${'abc'[index]}`, afterFixesBytes }));
  return { ...guest, name, disks };
}

it('of what cannot be estimated, what has something to mend comes first', () => {
  const lost = DOCTOR.guests.flatMap(({ disks }) => disks).flatMap(({ findings }) => findings);
  const broken = (guest: DoctorGuest, at: number): DoctorGuest => ({
    ...guest,
    disks: guest.disks.map((disk, index) => ({ ...disk, findings: index === at ? lost : [] })),
  });
  const guests = [broken(aGuest('a', null), -1), broken(aGuest('b', null, null), 1), broken(aGuest('c', null), -1)];
  expect(sortByWins(guests).map(({ name, disks }) => [name, disks.map(({ device }) => device).join(' ')])).toEqual([
    ['b', 'sdb sda'],
    ['a', 'sda'],
    ['c', 'sda'],
  ]);
});

it('what would give most back comes first: guests by their disks together, and in a guest its disks', () => {
  const guests = [
    aGuest('empty'),
    aGuest('small', 1, 2),
    aGuest('unknown', null),
    aGuest('big', null, 0, 90),
    aGuest('two', 60, 50),
    aGuest('also-small', 3),
  ];
  expect(sortByWins(guests).map(({ name, disks }) => [name, disks.map(({ device }) => device).join(' ')])).toEqual([
    ['two', 'sda sdb'],
    ['big', 'sdc sdb sda'],
    ['also-small', 'sda'],
    ['small', 'sdb sda'],
    ['empty', ''],
    ['unknown', 'sda'],
  ]);
});
