import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import {
  type FromGuest,
  fromGuestCodec,
  fromHostCodec,
  type Hello,
  SUBPROTOCOL,
  SUPPORTED,
  UNPROVEN,
} from '@trimtab/protocol';
import { WebSocket } from 'ws';
import { answerChallenge, showKey } from '../../support/joining/answer-challenge.ts';
import { makeGuestKey } from '../../support/joining/guest-key.ts';
import { strangerAddress } from '../../support/programs/stranger.ts';
import type { Attack, Target } from './attack.ts';

/** Where the collector falls behind, more would only wait for it. */
const MOST_UNDER_WAY = 100;
/** Of no host; it is answered by the key in use. */
const PIN = 'P'.repeat(43);
const own = makeGuestKey();
const token = makeGuestKey();

/** Has a TLS handshake, a challenge and the check of its signatures made for it each time, and is let in by none. */
export const proofs: Attack = {
  name: 'proofs',
  what: 'proofs over TLS with a token that was never made',
  aSecond: 100,
  async prepare({ port, done }) {
    let begun = 0;
    let underWay = 0;
    return {
      open: () => underWay,
      strike() {
        if (underWay >= MOST_UNDER_WAY) return;
        underWay += 1;
        begun += 1;
        prove({ port, done, index: begun, ended: () => (underWay -= 1) });
      },
    };
  },
};

function prove({ port, done, index, ended }: Target & { index: number; ended: () => void }): void {
  const createConnection = () =>
    connectTls({
      socket: connect({ port, host: '127.0.0.1', localAddress: strangerAddress(index) }).on('error', () => {}),
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
    });
  const socket = new WebSocket(`wss://127.0.0.1:${port}/agent`, SUBPROTOCOL, { createConnection });
  const say = (message: FromGuest) => socket.send(fromGuestCodec.encode(message), () => {});
  const hello: Hello = {
    type: 'hello',
    ...UNPROVEN,
    versions: SUPPORTED,
    agentVersion: '0.0.0-test',
    guest: { hostname: `proof-${index}`, productUuid: randomUUID(), machineId: null, bootId: null },
    ...showKey(own, PIN),
  };
  socket.on('error', () => {});
  socket.once('open', () => say(hello));
  socket.on('message', (frame: Buffer) => {
    const decoded = fromHostCodec.decode(frame);
    if (decoded.kind !== 'message' || decoded.message.type !== 'challenge') return;
    say(answerChallenge({ hello, challenge: decoded.message, own, token }));
  });
  socket.once('close', () => {
    ended();
    done();
  });
}
