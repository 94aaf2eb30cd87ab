import type { DoctorView } from '../../model/doctor.ts';
import type { DoctorDesk } from '../../ports/desk/doctor.ts';
import { type DoctorDeps, examine } from '../doctor/doctor.ts';

/** One examination of a guest, or of all, at a time: who asks while the same is being examined gets that. */
export function createDoctorDesk(deps: DoctorDeps): DoctorDesk {
  const examinations = new Map<string | null, Promise<DoctorView>>();
  return {
    async doctor(guest) {
      const running = examinations.get(guest) ?? examine(deps, guest).finally(() => examinations.delete(guest));
      examinations.set(guest, running);
      return running;
    },
  };
}
