import type { Inventory } from '../../wire/model/inventory.ts';
import type { Cause, Found } from '../cause.ts';

/** A cause that the guest's own inventory proves. */
export interface GuestCause extends Cause {
  /** Every place of this guest where it holds. Pure: the same on the host and in the guest. */
  find(inventory: Inventory): readonly GuestPlace[];
}

export interface GuestPlace extends Found {
  /** The filesystem it stands in the way of; null where it is none (swap). */
  readonly mount: string | null;
  /** The whole disks it concerns, by kernel name. */
  readonly disks: readonly string[];
  /** Of space that the host may hold: how much at the most. Only the host can know that it is less. */
  readonly held?: Held;
}

export interface Held {
  readonly mostBytes: number;
  /** The sentence of the place, where all that the image behind it takes is less. */
  tellLess(takenBytes: number): string;
}
