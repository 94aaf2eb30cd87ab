import type { Finding } from '../../../model/domain.ts';
import type { Trouble } from './courier.ts';

/** For `trimtab status`: whoever relies on being told has to know that nobody tells. */
export function tellTrouble({ name, trouble }: { readonly name: string; readonly trouble: Trouble }): Finding {
  const { since, fault, waiting } = trouble;
  const day = new Date(since).toISOString();
  const kept = waiting === 0 ? '' : ` ${waiting} ${waiting === 1 ? 'notice waits' : 'notices wait'}.`;
  return {
    subject: `notify ${name}`,
    sentence: `Notices cannot be delivered since ${day.slice(0, 10)} ${day.slice(11, 16)} UTC: ${fault.cause}.${kept}`,
    hint: fault.hint,
  };
}
