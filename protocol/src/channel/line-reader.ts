import { type ChannelLine, LINE_LIMIT_BYTES, parseLine } from './lines.ts';

const LINE_FEED = 0x0a;

/**
 * Cuts what comes from a port into its lines. What is no line of ours is left out: the rest of one whose writer was
 * killed, or whatever else was left in the port. Holds one line at the most.
 */
export function createLineReader(): (chunk: Uint8Array) => readonly ChannelLine[] {
  let begun: Uint8Array[] = [];
  let begunBytes = 0;
  /** A line is being skipped that is longer than any of ours. */
  let isSkipping = false;

  function keep(part: Uint8Array): void {
    if (isSkipping || part.length === 0) return;
    begunBytes += part.length;
    isSkipping = begunBytes > LINE_LIMIT_BYTES;
    // A copy: the chunk is its reader's, who fills it anew.
    if (isSkipping) begun = [];
    else begun.push(Buffer.from(part));
  }

  function end(): ChannelLine | null {
    const line = isSkipping ? null : parseLine(Buffer.concat(begun));
    begun = [];
    begunBytes = 0;
    isSkipping = false;
    return line;
  }

  return (chunk) => {
    const lines: ChannelLine[] = [];
    let from = 0;
    for (let to = chunk.indexOf(LINE_FEED); to !== -1; to = chunk.indexOf(LINE_FEED, from)) {
      keep(chunk.subarray(from, to));
      const line = end();
      if (line !== null) lines.push(line);
      from = to + 1;
    }
    keep(chunk.subarray(from));
    return lines;
  };
}
