import { recordClientHello } from '../../support/programs/client-hello.ts';
import type { Attack } from './attack.ts';
import { hold, WANTED } from './half-open.ts';

/** For each the collector has made ready for TLS: what is under way is as large as it gets before the keys are known. */
export const halfHandshakes: Attack = {
  name: 'half-handshakes',
  what: `connections that stop a byte before the end of their ClientHello, up to ${WANTED} at once`,
  aSecond: 2_000,
  async prepare(target) {
    const hello = await recordClientHello();
    return hold({ ...target, first: hello.subarray(0, -1) });
  },
};
