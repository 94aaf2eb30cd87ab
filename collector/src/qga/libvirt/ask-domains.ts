import { Fault } from '@trimtab/protocol/shared';
import type { Clock } from '../../ports/clock.ts';
import type { GuestAgentAnswer } from '../../ports/guest-agent.ts';
import type { Virsh } from '../../ports/virsh.ts';
import { toFault } from '../faults.ts';
import type { LibvirtChannel } from '../way.ts';
import { askAhead, type Refused } from './ask-ahead.ts';
import { type DomainAnswer, toUnreachable } from './ask-domain.ts';

/** For one guest. libvirt waits 5 s for its first word, and then for ever. */
export const GUEST_MS = 7_000;
/** For all guests of one libvirt; who was not reached by then is told so. */
export const ALL_GUESTS_MS = 120_000;
/** A guest that takes longer keeps nobody waiting: another virsh goes on with the rest. */
export const SLOW_MS = 1_000;
/** virsh at once, whoever asks: each keeps a thread of libvirtd busy, which has 20 (libvirtd.conf, max_workers). */
export const MOST_VIRSH = 8;

interface Given {
  /** Made with GUEST_MS and ALL_GUESTS_MS, for full access. */
  readonly virsh: Virsh;
  readonly clock: Clock;
}

/**
 * Asks the guests of one libvirt, one after the other in one virsh. That is ended where a guest does not answer it, and
 * a new one goes on with the others.
 */
export async function askDomains(
  { virsh, clock }: Given,
  channels: readonly LibvirtChannel[],
): Promise<readonly GuestAgentAnswer[]> {
  const answers = new Map<string, GuestAgentAnswer>();
  const queue = [...new Map(channels.map((channel) => [channel.domain, channel])).values()];
  const endsAt = clock.monotonicMs() + ALL_GUESTS_MS;
  const workers: Promise<void>[] = [];
  let broken: Fault | null = null;

  function settle({ domain }: LibvirtChannel, answer: DomainAnswer): void {
    if (answer.kind === 'unreachable') broken = answer.fault;
    else answers.set(domain, answer);
  }

  function takeNext(): LibvirtChannel | undefined {
    if (broken !== null || clock.monotonicMs() >= endsAt) return undefined;
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) if (!answers.has(next.domain)) return next;
    return undefined;
  }

  function addWorker(): void {
    if (workers.length < MOST_VIRSH && queue.length > 0) workers.push(work());
  }

  /** One virsh after another, until nobody is left to ask. */
  async function work(): Promise<void> {
    for (let first = takeNext(); first !== undefined; first = takeNext()) await converse(first);
  }

  /** One virsh, until nobody is left to ask, or somebody does not answer it. */
  async function converse(first: LibvirtChannel): Promise<void> {
    const unanswered: LibvirtChannel[] = [];
    const refused: Refused[] = [];
    let isFirst = true;
    const takeOwn = () => {
      if (!isFirst) return takeNext();
      isFirst = false;
      return first;
    };
    /** Those behind the one that takes long may be answered by another virsh; whose word comes first does not matter. */
    const handOver = () => {
      queue.unshift(...refused.map(({ channel }) => channel), ...unanswered.slice(1));
      addWorker();
    };
    try {
      await virsh.converse(first.uri, async (ask, complaints) => {
        // About libvirt alone: whoever is silent after this is a guest.
        await ask('uri');
        const [trouble] = await complaints();
        if (trouble !== undefined) throw toUnreachable(first, trouble);
        const watch = () => clock.after(SLOW_MS, handOver);
        await askAhead({ ask, complaints, takeNext: takeOwn, settle, watch, unanswered, refused });
      });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const [asked, ...behind] = unanswered;
      queue.unshift(...refused.map(({ channel }) => channel), ...behind);
      if (asked === undefined) broken = error;
      // At the limit of all, nobody knows that it hangs.
      else if (!answers.has(asked.domain) && clock.monotonicMs() < endsAt) settle(asked, toSilent(asked, error));
    }
  }

  addWorker();
  for (let index = 0; index < workers.length; index += 1) await workers[index];
  return channels.map(
    (channel) => answers.get(channel.domain) ?? { kind: 'silent', fault: broken ?? toUnasked(channel) },
  );
}

/** That it was asked while virsh went silent, or ended, is the guest's: libvirt had answered before. */
function toSilent(channel: LibvirtChannel, error: Fault): GuestAgentAnswer {
  if (error.detail.code !== 'virsh-silent') return { kind: 'silent', fault: error };
  const refused = {
    refusal: 'silent',
    cause: 'it does not answer libvirt: it hangs, or somebody else has it do what takes long, as a trim does',
  } as const;
  return { kind: 'silent', fault: toFault({ refused, channel, asked: 'ask qemu-guest-agent' }) };
}

function toUnasked(channel: LibvirtChannel): Fault {
  const cause = `it was not asked: the others of this host took ${ALL_GUESTS_MS} ms`;
  return toFault({ refused: { refusal: 'silent', cause }, channel, asked: 'ask qemu-guest-agent' });
}
