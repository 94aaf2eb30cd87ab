import { type Fix, quote } from '@trimtab/protocol/causes';
import type { DiskEvidence } from '../evidence.ts';
import type { HostCause } from '../host-cause.ts';
import { ownerOf, powerOff } from '../owner.ts';
import { countOfSnapshots } from '../qcow2-surplus.ts';
import { heldEvidence, isHeld } from './held-clusters.ts';

export const internalSnapshot: HostCause = {
  id: 'internal-snapshot',
  hop: 'reclaimed',
  effect: 'held',
  title: 'Internal snapshots of the qcow2 image hold the clusters that the guest gave up.',
  why: 'A snapshot counts a reference to every cluster it was made with; a discard takes away the guest’s own, and the cluster stays (docs/interop/qcow2.txt, refcounts). It comes back when the last snapshot that has it is deleted.',
  signal: 'The header counts snapshots, and the image takes far more than the guest can use.',
  cure: 'Delete the snapshots that nobody needs, by whoever keeps the guest: `virsh snapshot-delete`, `qm delsnapshot`, or with the guest off `qemu-img snapshot -d`.',
  find: (evidence) => {
    const { image } = evidence;
    if (image === null || image.internalSnapshots === 0 || !isHeld(evidence)) return null;
    const ownBytes = countOfSnapshots(evidence);
    const { internalSnapshots: count, snapshotNames: names, path } = image;
    const those = `${count} internal snapshot${count === 1 ? '' : 's'}`;
    return {
      sentence: `${those} of ${path} hold${count === 1 ? 's' : ''} what the guest gave up: a trim gives back only what was written since.`,
      evidence: [
        { fact: 'internal snapshots', value: names.length === 0 ? String(count) : names.join(', ') },
        ...(ownBytes === 0 ? [] : [{ fact: 'clusters that only they have, about, bytes', value: String(ownBytes) }]),
        ...heldEvidence(evidence),
      ],
      fix: fixOf(evidence, { names, path }),
    };
  },
};

const GONE = 'A deleted snapshot cannot be restored.';

/**
 * libvirt and Proxmox VE keep lists of their own: a snapshot deleted past them stays in it. They delete in the guest
 * that runs [libvirt 9.0, measured]; QEMU has no command for it that a person gives.
 */
function fixOf(evidence: DiskEvidence, { names, path }: { names: readonly string[]; path: string }): Fix {
  const owner = ownerOf(evidence);
  const past = (list: string) =>
    `Snapshots that ${list} does not show: power the guest off, then qemu-img snapshot -d NAME ${quote(path)}.`;
  switch (owner.kind) {
    case 'libvirt':
      return {
        on: 'host',
        commands: names.map((name) => `${owner.virsh} snapshot-delete ${owner.guest} ${quote(name)}`),
        note: `The guest may run meanwhile. Then trim. ${GONE} ${past(`${owner.virsh} snapshot-list ${owner.guest}`)}`,
        needsPowerCycle: false,
      };
    case 'proxmox':
      return {
        on: 'host',
        commands: names.map((name) => `qm delsnapshot ${owner.vmid} ${quote(name)}`),
        note: `The guest may run meanwhile. Then trim. ${GONE} ${past(`qm listsnapshot ${owner.vmid}`)}`,
        needsPowerCycle: false,
      };
    case 'nobody':
      return {
        on: 'host',
        first: powerOff(evidence),
        commands: names.map((name) => `qemu-img snapshot -d ${quote(name)} ${quote(path)}`),
        note: `Then start it again, and trim. ${GONE}`,
        needsPowerCycle: !evidence.isOff,
      };
  }
}
