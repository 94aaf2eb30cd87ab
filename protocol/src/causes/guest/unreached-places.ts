import type { Inventory } from '../../wire/model/inventory.ts';
import { indexOf } from '../../wire/model/inventory-index.ts';
import type { Unreached } from '../../wire/model/unreached.ts';
import type { GuestPlace } from './guest-cause.ts';

/** One kind of what a trim does not reach. */
type Of<Type extends Unreached['type']> = Extract<Unreached, { type: Type }>;

/** The places of a cause that the agent has found already: where it was not asked to look, there are none. */
export function placesOfUnreached<Type extends Unreached['type']>(
  inventory: Inventory,
  { types, place }: { readonly types: readonly Type[]; readonly place: (found: Of<Type>) => GuestPlace },
): readonly GuestPlace[] {
  const { disks } = indexOf(inventory);
  return (
    (inventory.unreached ?? [])
      .filter((found): found is Of<Type> => (types as readonly string[]).includes(found.type))
      .map((found) => place(found))
      // Of a disk that is none of the inventory, such as a loop device, it is told with the guest as a whole.
      .map((told) => ({ ...told, disks: told.disks.filter((name) => disks.has(name)) }))
  );
}

/** `sleep (pid 123)`. */
export function describeProcess({ pid, process }: { readonly pid: number; readonly process: string }): string {
  return `${process} (pid ${pid})`;
}
