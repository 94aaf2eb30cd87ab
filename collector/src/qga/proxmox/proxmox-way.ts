import { Fault } from '@trimtab/protocol/shared';
import type { Commands } from '../../ports/commands.ts';
import type { GuestAgentAnswer } from '../../ports/guest-agent.ts';
import { toFault } from '../faults.ts';
import { readTrim } from '../read-answers.ts';
import { readRefusal } from '../read-refusal.ts';
import { toAnswer } from '../to-answer.ts';
import { type ProxmoxChannel, TRIM_MS, type Way } from '../way.ts';
import { askQm } from './ask-qm.ts';

/** qm starts in about a second, pings the guest for 3, and waits 5 for its answer. */
export const QM_MS = 20_000;

/**
 * Guests of Proxmox VE, a process for each question. By its documentation and its sources: it was not run against a
 * real one. `commands` are for questions, `trims` for trims alone: one runs for hours, and nothing else may wait for
 * it.
 */
export function createProxmoxWay({
  commands,
  trims,
  qmMs = QM_MS,
}: {
  commands: Commands;
  trims: Commands;
  qmMs?: number;
}): Way<ProxmoxChannel> {
  async function askOne(channel: ProxmoxChannel): Promise<GuestAgentAnswer> {
    const question = { commands, channel, timeoutMs: qmMs, asked: 'ask qemu-guest-agent' } as const;
    try {
      // One after the other: a channel has room for one.
      const info = await askQm({ ...question, command: 'info' });
      const filesystems = await askQm({ ...question, command: 'get-fsinfo' });
      return toAnswer(channel, { info, filesystems, disks: null });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return { kind: 'silent', fault: error };
    }
  }

  return {
    ask: (channels) => Promise.all(channels.map(askOne)),
    async trim(channel) {
      const asked = 'trim through qemu-guest-agent';
      const reply = await askQm({ commands: trims, channel, command: 'fstrim', timeoutMs: TRIM_MS, asked });
      if (reply.kind === 'refused') {
        const refused = readRefusal({ execute: 'guest-fstrim', words: reply.words });
        throw toFault({ refused, channel, asked });
      }
      const paths = readTrim(reply.value);
      return paths === null ? { kind: 'untold' } : { kind: 'told', paths };
    },
  };
}
