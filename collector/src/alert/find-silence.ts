import type { Alert } from '../model/alert.ts';
import type { Silence } from '../model/silence.ts';

/** A clock may be put back by so much after a silence was made, and it holds all the same. */
const PUT_BACK_MS = 3_600_000;

/**
 * The silence that holds for this alert longest; null without one. One that seems to be made in the future is of a
 * clock that was wrong, and would keep silent for too long: it does not hold.
 */
export function findSilence(
  silences: readonly Silence[],
  { rule, subject, now }: Pick<Alert, 'rule' | 'subject'> & { readonly now: number },
): Silence | null {
  const texts = [rule, subject, `${rule}:${subject}`];
  const holding = silences.filter(
    ({ pattern, madeAt, until }) =>
      madeAt - PUT_BACK_MS <= now && now < until && texts.some((text) => matchesGlob(text, { pattern })),
  );
  return holding.toSorted((one, other) => other.until - one.until)[0] ?? null;
}

/** `*` stands for any text; no pattern takes longer than its length times that of the text. */
function matchesGlob(text: string, { pattern }: { readonly pattern: string }): boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
