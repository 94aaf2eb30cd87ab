import { composeSenders } from '../../../collector/src/compose/compose-senders.ts';
import type { SenderEntry } from '../../../collector/src/model/sender.ts';
import type { NoticeSender } from '../../../collector/src/ports/notice-sender.ts';

/** The real sender of an entry, called `it`. */
export function senderOf(entry: NamelessEntry, { now }: { readonly now?: () => number } = {}): NoticeSender {
  const [sender, ...others] = sendersOf(entry, now);
  if (sender === undefined || others.length > 0) throw new Error('there is no one sender of this entry');
  return sender;
}

/** Of an entry with several receivers. */
export function sendersOf(entry: NamelessEntry, now = () => Date.now()): readonly NoticeSender[] {
  const named = { name: 'it', rules: null, ...entry } as SenderEntry;
  return composeSenders([named], { clock: { now }, host: 'host-1', environment: process.env });
}

type NamelessEntry = SenderEntry extends infer Each
  ? Each extends SenderEntry
    ? Omit<Each, 'name' | 'rules'>
    : never
  : never;

/** No end before its time. */
export const PATIENT: AbortSignal = new AbortController().signal;
