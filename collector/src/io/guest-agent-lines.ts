/** Of one answer: 4,096 filesystems on two disks each take less. */
export const MOST_ANSWER_BYTES = 4 * 1024 * 1024;
/** Of all that is said in one talk, what others left in the channel among it. */
export const MOST_TALK_BYTES = 16 * 1024 * 1024;

/** No byte of UTF-8 (qga/qapi-schema.json, guest-sync-delimited): what came before it is no part of what comes after. */
const SENTINEL = 0xff;
const LINE_END = 10;

/** Cuts what a guest says into its lines. False: a line, or all of it, is longer than anything that is read here. */
export function createGuestAgentLines(onLine: (line: string) => void): (chunk: Buffer) => boolean {
  let rest: Buffer[] = [];
  let restBytes = 0;
  let heardBytes = 0;

  function take(part: Buffer): void {
    rest.push(part);
    restBytes += part.byteLength;
  }

  function drop(): void {
    rest = [];
    restBytes = 0;
  }

  return (chunk) => {
    heardBytes += chunk.byteLength;
    let from = 0;
    for (let at = 0; at < chunk.byteLength; at += 1) {
      if (chunk[at] === SENTINEL) drop();
      else if (chunk[at] === LINE_END) {
        take(chunk.subarray(from, at));
        if (restBytes > MOST_ANSWER_BYTES) return false;
        const line = Buffer.concat(rest).toString('utf8');
        drop();
        onLine(line);
      } else continue;
      from = at + 1;
    }
    take(chunk.subarray(from));
    return restBytes <= MOST_ANSWER_BYTES && heardBytes <= MOST_TALK_BYTES;
  };
}
