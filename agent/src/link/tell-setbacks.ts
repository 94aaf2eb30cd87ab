import { CLOSE_CODES, SUPPORTED } from '@trimtab/protocol';
import type { Setback } from './setback.ts';

/** Why nobody took this guest, in one line; what to do about it is said apart. */
export function tellSetbacks(setbacks: readonly Setback[]): string {
  const [first] = setbacks;
  if (first === undefined) return 'there is no collector to go to';
  if (setbacks.length === 1) return tellSetback(first);
  const told = setbacks.map((setback) => `${setback.address}: ${tellSetback(setback)}`);
  return [...new Set(told)].join('; ');
}

export function tellSetback({ code, reason, stage, meaning }: Setback): string {
  const said = printable(reason);
  if (code === CLOSE_CODES.version)
    return `no version in common with the collector (this agent speaks ${SUPPORTED.oldest} to ${SUPPORTED.newest}): ${said}`;
  const status = meaning === null ? tellStatus(said) : said;
  const why = [...(code === NOBODY_CLOSED ? [] : [`${code}`]), ...(status === '' ? [] : [status])].join(', ');
  const what =
    meaning?.sentence ?? (stage === 'connecting' ? 'cannot connect to the collector' : 'the collector is gone');
  return why === '' ? what : `${what} (${why})`;
}

/** Of the most telling one: what a host said that proved itself comes first. */
export function remedyOf(setbacks: readonly Setback[]): string | null {
  return mostTelling(setbacks)?.meaning?.remedy ?? null;
}

export function mostTelling(setbacks: readonly Setback[]): Setback | null {
  const told = setbacks.filter(({ meaning }) => meaning !== null && meaning.remedy !== null);
  return told.find(({ isProven }) => isProven) ?? told[0] ?? setbacks.at(-1) ?? null;
}

/** RFC 6455, 7.1.5: no close frame said why, so that it says nothing either. */
const NOBODY_CLOSED = 1006;

/** In the words of `ws`, what answered spoke HTTP and no WebSocket. */
function tellStatus(said: string): string {
  const status = /^Unexpected server response: (\d+)$/.exec(said)?.[1];
  return status === undefined ? said : `HTTP status ${status} in the place of a WebSocket`;
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 200);
}
