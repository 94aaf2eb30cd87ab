import { Fault } from '@trimtab/protocol/shared';
import type { RepairQuery } from '../../model/repair.ts';
import type { RepairsDesk } from '../../ports/desk/repairs.ts';
import type { Repairs } from '../repair/repairs.ts';
import { BY_SOCKET, createNoteDeed, type DeedDeps } from './enrolment/note-deed.ts';

export function createRepairsDesk({
  repairs,
  ...deps
}: DeedDeps & { readonly repairs: Pick<Repairs, 'plan' | 'repair'> }): RepairsDesk {
  const note = createNoteDeed(deps);
  const toSubject = ({ guest, disk }: RepairQuery) => `${guest} ${disk}`;
  return {
    planRepair: (query) => repairs.plan(query),
    async repair(query, askedBy = BY_SOCKET) {
      try {
        const done = await repairs.repair(query);
        const { guest, device, image } = done.plan;
        await note({ kind: 'repair', askedBy, subject: `${guest} ${device ?? image}`, outcome: 'repaired' });
        return done;
      } catch (error) {
        // Something of its QEMU may have changed: all else is refused before anything is done.
        if (error instanceof Fault && error.detail.code === 'repair-stopped')
          await note({ kind: 'repair', askedBy, subject: toSubject(query), outcome: `stopped: ${error.detail.cause}` });
        throw error;
      }
    },
  };
}
