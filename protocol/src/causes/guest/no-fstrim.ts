import { INSTALL_FSTRIM } from '../../shared/install-fstrim.ts';
import { stacksOf } from '../../wire/model/filesystem-stack.ts';
import type { GuestCause } from './guest-cause.ts';

/** The agent looks where it would run fstrim from: /usr/sbin, /usr/bin, /sbin, /bin and its own PATH. */
export const noFstrim: GuestCause = {
  id: 'no-fstrim',
  hop: 'trimmed',
  effect: 'lost',
  title: 'There is no fstrim in the guest, so nothing is trimmed.',
  why: 'The agent trims by running fstrim, which comes with util-linux and with BusyBox. Small images and containers are often built without either.',
  signal: 'The agent, which says so in its inventory, finds no fstrim in the folders it would run it from.',
  cure: INSTALL_FSTRIM,
  find: (inventory) => {
    if (inventory.hasFstrim !== false) return [];
    return stacksOf(inventory)
      .filter(({ filesystem }) => filesystem.obstacle === null)
      .map(({ filesystem, disks }) => ({
        mount: filesystem.mount,
        disks,
        sentence: `There is no fstrim in this guest: ${filesystem.mount} cannot be trimmed.`,
        evidence: [{ fact: 'fstrim in /usr/sbin, /usr/bin, /sbin, /bin and PATH', value: 'not found' }],
        fix: { on: 'guest' as const, commands: [], note: INSTALL_FSTRIM, needsPowerCycle: false },
      }));
  },
};
