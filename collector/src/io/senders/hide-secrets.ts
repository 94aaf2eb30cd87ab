import { Fault, type FaultDetail } from '@trimtab/protocol/shared';
import type { NoticeSender } from '../../ports/notice-sender.ts';

/** The same sender, whose faults tell none of these: a receiver may say back what it was sent. */
export function hideSecrets(sender: NoticeSender, secrets: readonly string[]): NoticeSender {
  const { restate } = sender;
  const hiding = async (work: Promise<void>) => {
    try {
      await work;
    } catch (error) {
      throw error instanceof Fault ? new Fault(hideIn(error.detail, secrets)) : error;
    }
  };
  return {
    ...sender,
    send: (notice, signal) => hiding(sender.send(notice, signal)),
    restate: restate && ((standing, signal) => hiding(restate(standing, signal))),
  };
}

function hideIn(detail: FaultDetail, secrets: readonly string[]): FaultDetail {
  const hide = (text: string) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '…'), text);
  return { ...detail, cause: hide(detail.cause), hint: detail.hint === null ? null : hide(detail.hint) };
}
