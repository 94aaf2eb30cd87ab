import { MOST_ANSWER_BYTES } from '../model/guest-agent-bounds.ts';

/** Of all that is said in one talk, what others left in the channel among it. */
export const MOST_TALK_BYTES = 16 * 1024 * 1024;

/**
 * No byte of UTF-8 (qga/qapi-schema.json, guest-sync-delimited): what came before it is no part of what comes after.
 */
const SENTINEL = 0xff;
const LINE_END = 10;

/** Cuts what a guest says into its lines. False: a line, or all of it, is longer than anything that is read here. */
export function createGuestAgentLines(onLine: (line: string) => void): (chunk: Buffer) => boolean {
  let rest: Buffer[] = [];
  let restBytes = 0;
  let heardBytes = 0;

  function drop(): void {
    rest = [];
    restBytes = 0;
  }

  function take(part: Buffer): boolean {
    const sentinel = part.lastIndexOf(SENTINEL);
    if (sentinel >= 0) drop();
    const own = part.subarray(sentinel + 1);
    rest.push(own);
    restBytes += own.byteLength;
    return restBytes <= MOST_ANSWER_BYTES;
  }

  return (chunk) => {
    heardBytes += chunk.byteLength;
    if (heardBytes > MOST_TALK_BYTES) return false;
    let from = 0;
    for (let end = chunk.indexOf(LINE_END); end >= 0; end = chunk.indexOf(LINE_END, from)) {
      if (!take(chunk.subarray(from, end))) return false;
      const line = Buffer.concat(rest).toString('utf8');
      drop();
      from = end + 1;
      onLine(line);
    }
    return take(chunk.subarray(from));
  };
}
