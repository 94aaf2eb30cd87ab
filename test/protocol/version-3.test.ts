import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FromGuest, type FromHost, fromGuestCodec, fromHostCodec } from '@trimtab/protocol';
import { describe, expect, it } from 'vitest';

/** A frame that was sent once, and what it said then. */
interface Sent {
  readonly from: 'guest' | 'host';
  /** Base64. */
  readonly frame: string;
  readonly message: FromGuest | FromHost;
}

/**
 * Frames of version 3 (test/fixtures/wire/version-3). They are never made anew: agents of that version live on in
 * guests for years and go on sending just these. A test that is red here has found a collector that no longer
 * understands them, or an agent that no longer understands the collectors of then.
 */
const read = (name: string): readonly Sent[] =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../fixtures/wire/version-3/${name}.json`), 'utf8'));

describe.each(['examples', 'inventories', 'session'])('%s of version 3', (name) => {
  const sent = read(name);

  it.each(sent.map((each, index) => [index, each.from, each.message.type, each] as const))(
    'frame %i, from the %s: %s says what it said',
    (_, from, type, { frame, message }) => {
      const codec = from === 'guest' ? fromGuestCodec : fromHostCodec;
      const decoded = codec.decode(Buffer.from(frame, 'base64'));
      if (decoded.kind === 'bad-frame') throw new Error(`${type}: ${decoded.reason}`);
      // What later versions added may stand beside it, as not known.
      expect(decoded.message).toMatchObject(message);
    },
  );
});

it('the examples have every message that version 3 had', () => {
  const seen = (end: Sent['from']) =>
    new Set(read('examples').flatMap(({ from, message }) => (from === end ? [message.type] : [])));
  expect([...seen('guest')].toSorted()).toEqual([
    'hello',
    'intent',
    'inventory',
    'problem',
    'progress',
    'proved',
    'report',
    'started',
    'usage',
  ]);
  expect([...seen('host')].toSorted()).toEqual([
    'acknowledged',
    'cancel',
    'grant',
    'look',
    'problem',
    'prove',
    'request',
    'welcome',
  ]);
});
