import type { Finding } from '../../../model/domain.ts';
import type { Trouble } from './courier.ts';

/** For `trimtab status`: whoever relies on being told has to know that nobody tells. */
export function tellTrouble({ name, trouble }: { readonly name: string; readonly trouble: Trouble }): Finding {
  const { since, fault, waiting } = trouble;
  const day = new Date(since).toISOString();
  const kept = waiting === 1 ? '1 notice is kept, and tried again.' : `${waiting} notices are kept, and tried again.`;
  return {
    subject: `notify ${name}`,
    sentence: [
      `Nothing could be delivered to ${fault.subject} since ${day.slice(0, 10)} ${day.slice(11, 16)} UTC: ${fault.cause}.`,
      waiting === 0 ? 'It is tried again.' : kept,
    ].join(' '),
    hint: fault.hint,
  };
}
