import { toReason } from '@trimtab/protocol/shared';
import type { GuestLinks } from '../../link/guest-links.ts';
import type { Domain } from '../../model/domain.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { GuestsStore } from '../../ports/store/guests.ts';
import { listKnownGuests, withoutAgent } from '../survey/known-guests.ts';
import type { QemuGaGuests } from '../survey/qemu-ga-guests.ts';
import type { Survey } from '../survey/survey.ts';
import { within } from '../survey/within.ts';
import { LONGEST_HOLD_MS } from '../trims/trim-model.ts';
import type { PresentGuests } from './present-guests.ts';
import { forbidden } from './qga-faults.ts';
import type { QemuGaTrimmer } from './qga-trimmer.ts';

export interface TrimAllDeps {
  readonly clock: Pick<Clock, 'after'>;
  readonly log: Log;
  readonly survey: Pick<Survey, 'read'>;
  readonly links: Pick<GuestLinks, 'guests'>;
  readonly store: Pick<GuestsStore, 'guests'>;
  readonly qemuGaGuests: Pick<QemuGaGuests, 'ask'>;
  readonly present: Pick<PresentGuests, 'enter'>;
  readonly qemuGa: Pick<QemuGaTrimmer, 'trim'>;
}

/**
 * What the schedule of guests with qemu-ga does when it is due: one guest after the other, each in the slots of its
 * pools, and each found and asked anew before its turn, which may be hours later. A guest from which an agent of ours
 * has ever connected has a schedule of its own. A run that is still under way when the next is due takes its place.
 */
export function createTrimAll(deps: TrimAllDeps): { run(): Promise<void>; stop(): void } {
  const { clock, log, survey, links, store, qemuGaGuests } = deps;
  let isUnderWay = false;
  let isStopped = false;

  async function listWanted() {
    const host = await survey.read();
    const records = await store.guests();
    const connected = links.guests();
    // Also of an agent that came just now, and is not among the records.
    const alone = new Set(withoutAgent({ host, connected }));
    const wanted = listKnownGuests({ host, records, connected }).flatMap(({ record, domain }) => {
      const hadAgent = record !== null && record.agentVersion !== null;
      return domain === null || hadAgent || !alone.has(domain) || !canBeAsked(domain) ? [] : [domain];
    });
    return { domains: host.domains, wanted };
  }

  async function trimAll(): Promise<void> {
    const { wanted } = await listWanted();
    log.info({ guests: wanted.length }, 'the schedule of guests with qemu-ga is due');
    for (const domain of wanted) if (!isStopped) await trimOne(domain);
  }

  async function trimOne({ key, name }: Domain): Promise<void> {
    const leaveOut = (reason: string) => log.warn({ guest: name, reason }, 'the schedule leaves out a guest');
    try {
      const { domains, wanted } = await listWanted();
      const domain = wanted.find((each) => each.key === key);
      const found = domain === undefined ? undefined : (await qemuGaGuests.ask([domain], 0)).get(key);
      if (domain === undefined || found === undefined) return leaveOut('it is off by now, or its agent came');
      if (found.kind === 'silent') return leaveOut(`qemu-guest-agent: ${found.fault.cause}`);
      if (found.described.allows.fstrim === false) return leaveOut(forbidden(name).message);
      const guest = await deps.present.enter({ domain, domains, described: found.described, mayTaint: false });
      await within({
        clock,
        limitMs: LONGEST_HOLD_MS,
        work: deps.qemuGa.trim(guest).then((isBegun) => {
          if (!isBegun) leaveOut('a trim of it is under way already');
        }),
        late: () => log.warn({ guest: name }, 'the schedule goes on with the next guest: a trim takes long'),
      });
    } catch (error) {
      leaveOut(toReason(error));
    }
  }

  return {
    async run() {
      if (isUnderWay || isStopped) return;
      isUnderWay = true;
      try {
        await trimAll();
      } catch (error) {
        log.error({ reason: toReason(error) }, 'the schedule of guests with qemu-ga could not be carried out');
      } finally {
        isUnderWay = false;
      }
    },
    /** What is under way goes on; no other begins. */
    stop() {
      isStopped = true;
    },
  };
}

export function canBeAsked({ isRunning, guestAgent }: Domain): boolean {
  return isRunning !== false && guestAgent?.kind === 'channel';
}
