import { toReason } from '@trimtab/protocol/shared';
import type { GuestLinks } from '../../link/guest-links.ts';
import type { Log } from '../../ports/log.ts';
import type { GuestsStore } from '../../ports/store/guests.ts';
import { type KnownGuest, listKnownGuests, withoutAgent } from '../survey/known-guests.ts';
import type { QemuGaGuests } from '../survey/qemu-ga-guests.ts';
import type { Survey } from '../survey/survey.ts';
import type { PresentGuests } from './present-guests.ts';
import type { QemuGaTrimmer } from './qga-trimmer.ts';

export interface TrimAllDeps {
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
 * pools. A guest from which an agent of ours has ever connected has a schedule of its own. A run that is still under
 * way when the next is due takes its place.
 */
export function createTrimAll(deps: TrimAllDeps): () => Promise<void> {
  const { log, survey, links, store, qemuGaGuests } = deps;
  let isUnderWay = false;

  async function trimAll(): Promise<void> {
    const host = await survey.read();
    const found = await qemuGaGuests.ask(withoutAgent({ host, connected: links.guests() }), 0);
    const known = listKnownGuests({ host, records: await store.guests(), connected: links.guests(), found });
    const wanted = known.filter(isWanted);
    log.info({ guests: wanted.length }, 'the schedule of guests with qemu-ga is due');
    for (const guest of wanted) await trimOne(guest);
  }

  async function trimOne({ name, domain, qemuGa }: KnownGuest): Promise<void> {
    if (domain === null || qemuGa?.kind !== 'answered') return;
    try {
      const host = await survey.read();
      // An agent may have come while others were trimmed.
      const alone = withoutAgent({ host, connected: links.guests() });
      if (!alone.some(({ key }) => key === domain.key)) return;
      const { described } = qemuGa;
      const guest = await deps.present.enter({ domain, domains: host.domains, described, mayTaint: false });
      if (!(await deps.qemuGa.trim(guest))) log.info({ guest: name }, 'a trim of it is under way already');
    } catch (error) {
      log.warn({ guest: name, reason: toReason(error) }, 'the schedule could not have a guest trimmed');
    }
  }

  return async () => {
    if (isUnderWay) return;
    isUnderWay = true;
    try {
      await trimAll();
    } catch (error) {
      log.error({ reason: toReason(error) }, 'the schedule of guests with qemu-ga could not be carried out');
    } finally {
      isUnderWay = false;
    }
  };
}

function isWanted({ record, qemuGa }: KnownGuest): boolean {
  const hadAgent = record !== null && record.agentVersion !== null;
  return !hadAgent && qemuGa?.kind === 'answered' && qemuGa.described.allows.fstrim !== false;
}
