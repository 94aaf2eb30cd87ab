import { composeSenders } from '../../../collector/src/compose/compose-senders.ts';
import type { SenderEntry } from '../../../collector/src/model/sender.ts';
import type { NoticeSender } from '../../../collector/src/ports/notice-sender.ts';

/** The real sender of an entry, called `it`. */
export function senderOf(
  entry: SenderEntry extends infer Each ? (Each extends SenderEntry ? Omit<Each, 'name' | 'rules'> : never) : never,
  { now = () => Date.now() }: { readonly now?: () => number } = {},
): NoticeSender {
  const named = { name: 'it', rules: null, ...entry } as SenderEntry;
  const [sender] = composeSenders([named], { clock: { now }, host: 'host-1', environment: process.env });
  if (sender === undefined) throw new Error('there is no sender of this entry');
  return sender;
}

/** No end before its time. */
export const PATIENT: AbortSignal = new AbortController().signal;
