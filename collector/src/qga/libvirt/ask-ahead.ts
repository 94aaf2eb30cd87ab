import type { AskVirsh, VirshComplaints } from '../../ports/virsh.ts';
import type { LibvirtChannel } from '../way.ts';
import { concludeDomain, type DomainAnswer, isDomain, notADomain, putWhole, toTold, WHOLE } from './ask-domain.ts';
import { readGuestInfo } from './read-guestinfo.ts';

/**
 * Questions that virsh has before it has answered the first of them. It would wait for us between any two of them as
 * long as its own part takes.
 */
export const ASKED_AHEAD = 8;

export interface AskAhead {
  readonly ask: AskVirsh;
  readonly complaints: VirshComplaints;
  takeNext(): LibvirtChannel | undefined;
  settle(channel: LibvirtChannel, answer: DomainAnswer): void;
  /** Called when the next answer is waited for; what it returns, when that is here. */
  watch(): () => void;
  /** Those that virsh has not answered, in its order: the first keeps the others waiting. */
  readonly unanswered: LibvirtChannel[];
  /** Those that have no answer, and wait until it is known what virsh complained of. */
  readonly refused: Refused[];
}

export interface Refused {
  readonly channel: LibvirtChannel;
  readonly text: string | null;
}

/**
 * Asks one guest after the other in one virsh. What it complains of comes by another pipe than its answers: of one guest
 * alone that has none, the complaints are its own; of several each is asked again by itself.
 */
export async function askAhead(talk: AskAhead): Promise<void> {
  const { ask, takeNext, settle, watch, unanswered, refused } = talk;
  const texts: Promise<string | null>[] = [];

  function fill(): void {
    while (unanswered.length < ASKED_AHEAD && refused.length === 0) {
      const channel = takeNext();
      if (channel === undefined) return;
      if (!isDomain(channel)) {
        settle(channel, notADomain(channel));
        continue;
      }
      const text = ask(`guestinfo ${channel.domain} ${WHOLE}`);
      // Whoever waits for the first is told that virsh failed.
      text.catch(() => {});
      unanswered.push(channel);
      texts.push(text);
    }
  }

  for (fill(); unanswered.length > 0; fill()) {
    const [channel] = unanswered;
    const [next] = texts;
    if (channel === undefined || next === undefined) return;
    const text = await next.finally(watch());
    unanswered.shift();
    void texts.shift();
    const info = text === null ? null : readGuestInfo(text);
    if (info === null) refused.push({ channel, text });
    else settle(channel, await concludeDomain({ ...talk, channel }, { kind: 'told', info }));
    if (unanswered.length === 0 && refused.length > 0) await conclude(talk, refused.splice(0));
  }
}

async function conclude(talk: AskAhead, refused: readonly Refused[]): Promise<void> {
  const { settle, watch, unanswered } = talk;
  unanswered.push(...refused.map(({ channel }) => channel));
  const lines = await talk.complaints();
  for (const { channel, text } of refused) {
    const question = { ...talk, channel };
    const told = refused.length === 1 ? toTold(text, lines) : await putWhole(question).finally(watch());
    settle(channel, await concludeDomain(question, told).finally(watch()));
    unanswered.shift();
  }
}
