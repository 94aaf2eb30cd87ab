import { Fault, type FaultDetail, toPlainText } from '@trimtab/protocol/shared';
import type { NoticeSender } from '../../ports/notice-sender.ts';

/** Of what a receiver says, enough to know what it means. */
export const MOST_WORDS_CHARACTERS = 300;

/** The same sender, whose faults are short and tell none of these: a receiver may say back what it was sent. */
export function hideSecrets(sender: NoticeSender, secrets: readonly string[]): NoticeSender {
  const { restate } = sender;
  const forms = [...new Set(secrets.flatMap(toForms))].sort((a, b) => b.length - a.length);
  const hiding = async (work: Promise<void>) => {
    try {
      await work;
    } catch (error) {
      throw error instanceof Fault ? new Fault(hideIn(error.detail, forms)) : error;
    }
  };
  return {
    ...sender,
    send: (notice, signal) => hiding(sender.send(notice, signal)),
    restate: restate && ((standing, signal) => hiding(restate(standing, signal))),
  };
}

/** How an answer may write it: as it is, within JSON (some escape a slash), and within an address or a form. */
function toForms(secret: string): readonly string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const percent = encodeURIComponent(secret.toWellFormed());
  const lowerPercent = percent.replaceAll(/%../g, (code) => code.toLowerCase());
  return [secret, json, json.replaceAll('/', '\\/'), percent, lowerPercent, percent.replaceAll('%20', '+')];
}

/** First whole, then cut: a secret that is cut is not found, and half of it may be enough. */
function hideIn(detail: FaultDetail, forms: readonly string[]): FaultDetail {
  const hide = (text: string) => forms.reduce((rest, form) => rest.replaceAll(form, '…'), text);
  return {
    ...detail,
    cause: toPlainText(cutWords(hide(detail.cause))),
    hint: detail.hint === null ? null : hide(detail.hint),
  };
}

function cutWords(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  return line.length > MOST_WORDS_CHARACTERS ? `${line.slice(0, MOST_WORDS_CHARACTERS)}…` : line;
}
