import type { Clock } from '../../ports/clock.ts';
import type { Commands } from '../../ports/commands.ts';
import type { Virsh } from '../../ports/virsh.ts';
import { toFault } from '../faults.ts';
import type { LibvirtChannel, Way } from '../way.ts';
import { askDomains, GUEST_MS } from './ask-domains.ts';
import { trimDomain } from './trim-domain.ts';

/**
 * Trims at once through libvirt. Each keeps a thread of libvirtd busy until its guest answers, which a guest may never
 * do, and libvirtd has 20 of them for all that is asked of it (libvirtd.conf, max_workers).
 */
export const MOST_TRIMS = 8;

/** `commands` are for trims alone: one runs for hours, and nothing else may wait for it. */
export function createLibvirtWay({
  connectMs = GUEST_MS,
  ...given
}: {
  virsh: Virsh;
  commands: Commands;
  clock: Clock;
  connectMs?: number;
}): Way<LibvirtChannel> {
  let underWay = 0;
  return {
    ask: (channels) => askDomains(given, channels),
    async trim(channel, options) {
      if (underWay >= MOST_TRIMS) {
        const cause = `${MOST_TRIMS} trims through libvirt are under way, and it serves few at once`;
        throw toFault({ refused: { refusal: 'busy', cause }, channel, asked: 'trim through qemu-guest-agent' });
      }
      underWay += 1;
      try {
        return await trimDomain({ commands: given.commands, channel, connectMs }, options);
      } finally {
        underWay -= 1;
      }
    },
  };
}
