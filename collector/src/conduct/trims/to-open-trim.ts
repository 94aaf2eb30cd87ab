import { type Inventory, stacksOf, type TrimId } from '@trimtab/protocol';
import { type ConnectedGuest, insideOf } from '../../link/guest-links.ts';
import type { DiskPath } from '../../model/disk-path.ts';
import type { DiskSample } from '../../model/sample.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HostProcesses } from '../../ports/host-processes.ts';
import type { OpenTrim } from '../../ports/store/open-trims.ts';
import type { Wish } from './trim-model.ts';

/** All that is kept of a trim which is about to be granted, so that its end can be told without its guest. */
export async function toOpenTrim(
  { clock, processes }: { readonly clock: Pick<Clock, 'now'>; readonly processes: Pick<HostProcesses, 'markOf'> },
  trim: {
    readonly trimId: TrimId;
    readonly guest: ConnectedGuest;
    readonly wish: Wish;
    readonly paths: readonly DiskPath[];
    readonly inventory: Inventory | null;
    readonly before: Readonly<Record<string, DiskSample>>;
  },
): Promise<OpenTrim> {
  const { trimId, guest, wish, paths, inventory, before } = trim;
  const { trigger, requestId, mounts } = wish;
  const pid = paths.find(({ domain }) => domain !== null)?.domain?.pid ?? null;
  return {
    id: trimId,
    guestId: guest.id,
    guestName: guest.name,
    trigger,
    requestId,
    grantedAt: clock.now(),
    bootId: guest.identity.bootId,
    process: pid === null ? null : await processes.markOf(pid),
    inside: insideOf(guest),
    planned: (inventory === null ? [] : stacksOf(inventory)).flatMap(({ filesystem: { mount, kind }, disks }) =>
      mounts.includes(mount) ? [{ mount, kind, disks: [...disks] }] : [],
    ),
    // A domain has all disks of its guest, and each path has the domain.
    paths: paths.map((path) => ({ ...path, domain: path.domain === null ? null : { ...path.domain, disks: [] } })),
    before,
    after: null,
  };
}
