import type { DoctorView } from '../../model/doctor.ts';

export interface DoctorDesk {
  /** Reads everything of one guest (by name or id), or of all (null), and changes nothing. Throws `unknown-guest`. */
  doctor(guest: string | null): Promise<DoctorView>;
}
