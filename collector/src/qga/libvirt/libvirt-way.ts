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
  /** By domain, the oldest first. */
  const underWay = new Set<string>();
  return {
    ask: (channels) => askDomains(given, channels),
    async trim(channel, options) {
      if (underWay.size >= MOST_TRIMS) {
        const [oldest = ''] = underWay;
        const cause = `${MOST_TRIMS} trims through libvirt are under way, and it serves few at once: the oldest is of the domain ${oldest}`;
        throw toFault({ refused: { refusal: 'busy', cause }, channel, asked: 'trim through qemu-guest-agent' });
      }
      underWay.add(channel.domain);
      try {
        return await trimDomain({ commands: given.commands, channel, connectMs }, options);
      } finally {
        underWay.delete(channel.domain);
      }
    },
  };
}
