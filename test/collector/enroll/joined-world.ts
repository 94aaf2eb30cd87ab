import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Challenge, type Credential, type FromHost, type Hello, SUPPORTED, UNPROVEN } from '@trimtab/protocol';
import { PLAIN_BINDING } from '@trimtab/protocol/joining';
import { createEnrolment, type Enrolling } from '../../../collector/src/conduct/enroll/enrolment.ts';
import type { EnrolmentDeps } from '../../../collector/src/conduct/enroll/enrolment-deps.ts';
import { verifySignature } from '../../../collector/src/io/signatures.ts';
import type { Domain, HostView } from '../../../collector/src/model/domain.ts';
import type { SocketProof } from '../../../collector/src/ports/guest-socket.ts';
import { answerChallenge, showKey } from '../../support/joining/answer-challenge.ts';
import { type GuestKeyPair, keyOfSecret, makeGuestKey } from '../../support/joining/guest-key.ts';
import { makeHostKeys } from '../../support/joining/host-keys.ts';
import { anIdentity } from '../correlate/examples.ts';
import { encode, openLinks } from '../link/links-under-test.ts';
import { openTestStore } from '../store/open-test-store.ts';

/** No step of the collector takes so many turns of the event loop, of which its store needs some. */
const MOST_TURNS = 100_000;

/** Resolves when this holds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`it never came to that: ${holds}`);
}

export interface Visit {
  readonly guest?: Partial<Hello['guest']>;
  readonly own?: GuestKeyPair | null;
  /** The secret of a token. */
  readonly secret?: string | null;
  readonly others?: number;
  readonly pin?: string;
  readonly proof?: SocketProof;
  readonly versions?: Hello['versions'];
  /** Makes a key of its own where it is asked to. */
  readonly renewed?: GuestKeyPair | null;
  /** What it answers in the place of what is right. */
  readonly forge?: (right: Credential, asked: { readonly hello: Hello; readonly challenge: Challenge }) => Credential;
}

export type World = Awaited<ReturnType<typeof openWorld>>;

/** The links, the door, the store and who lets in, all real; the host's guests and the clock are the test's. */
export async function openWorld({
  acceptUnenrolled = false,
  domains = [],
  wrap = (store) => store,
}: {
  acceptUnenrolled?: boolean;
  domains?: readonly Domain[];
  /** Puts something before the store. */
  wrap?: (store: EnrolmentDeps['store']) => EnrolmentDeps['store'];
} = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'trimtab-enroll-'));
  const store = await openTestStore(folder);
  const hostKeys = makeHostKeys();
  const told: { domains: readonly Domain[]; isReadable: boolean; addresses: string[] } = {
    domains,
    isReadable: true,
    addresses: ['192.0.2.1:7461'],
  };
  const lines: string[] = [];
  const note = (_: unknown, line: string) => void lines.push(line);
  let enrolment: Enrolling | null = null;
  const enrolling = (): Enrolling => {
    if (enrolment === null) throw new Error('nobody lets in yet');
    return enrolment;
  };
  const under = openLinks({
    isKnown: () => true,
    recalls: (arriving) => enrolling().recalls(arriving, () => true),
    challenge: (arriving) => enrolling().challenge(arriving),
    meet: (greeting) => enrolling().meet(greeting),
    connected: ({ guest }) => enrolling().doors.connected(guest),
    disconnected: (guest) => enrolling().doors.disconnected(guest),
    said: async ({ guest }, message) => {
      if (message.type === 'learned') await enrolling().doors.learned(guest, message);
    },
  });
  enrolment = createEnrolment({
    clock: under.clock,
    log: { info: note, warn: note, error: note },
    survey: {
      async read(): Promise<HostView> {
        if (!told.isReadable) throw new Error('/proc cannot be read');
        const sources = [{ source: 'libvirt', used: true, sentence: '', answeredAt: 0 }] as const;
        return { takenAt: 0, domains: told.domains, findings: [], sources, offSince: new Map() };
      },
    },
    store: wrap(store),
    links: under.links,
    hostKeys,
    verify: verifySignature,
    random: () => randomBytes(32),
    addresses: () => told.addresses,
    acceptUnenrolled,
    release() {},
  });

  const makeToken = async ({ guest = null as string | null, mostUses = 1, ttlMs = 3_600_000 } = {}) => {
    const secret = randomBytes(16).toString('base64url');
    const id = `token-${secret.slice(0, 6)}`;
    const madeAt = under.clock.now();
    const made = { id, key: keyOfSecret(secret).key, guest, mostUses, madeAt, expiresAt: madeAt + ttlMs };
    await store.addEnrolment({ ...made, madeBy: { kind: 'socket' } });
    return secret;
  };

  function toHello({ guest = {}, own = null, others = 0, pin, versions = SUPPORTED }: Visit): Hello {
    const shown = own === null ? {} : showKey(own, pin ?? hostKeys.all()[0]?.pin ?? '');
    return { type: 'hello', ...UNPROVEN, others, versions, agentVersion: '0.3.0', guest: anIdentity(guest), ...shown };
  }

  /** A guest connects, says hello, and answers what it is asked. */
  async function visit(given: Visit) {
    const hello = toHello(given);
    const guest = under.connect(given.proof === undefined ? {} : { proof: given.proof });
    const heard = <Type extends FromHost['type']>(type: Type) =>
      guest.received.find((message) => message.type === type) as Extract<FromHost, { type: Type }> | undefined;
    const isOver = () => guest.closed !== null || heard('welcome') !== undefined;
    await guest.send(encode(hello));
    await until(() => isOver() || heard('challenge') !== undefined);
    const challenge = heard('challenge');
    let credential: Credential | null = null;
    const { own = null, secret = null, renewed = makeGuestKey(), forge = (right) => right, proof } = given;
    if (challenge !== undefined && own !== null) {
      const binding = proof?.kind === 'network' ? proof.binding : PLAIN_BINDING;
      const token = secret === null ? null : keyOfSecret(secret);
      const made = challenge.renew ? renewed : null;
      credential = forge(answerChallenge({ hello, challenge, binding, own, token, renewed: made }), {
        hello,
        challenge,
      });
      await guest.send(encode(credential));
      await until(isOver);
    }
    return { heard, hello, challenge, credential, socket: guest };
  }

  /** One that has joined, and has left again. */
  async function joined(given: Visit = {}) {
    const own = given.own ?? makeGuestKey();
    const secret = given.secret ?? (await makeToken());
    const came = await visit({ ...given, own, secret });
    if (came.heard('welcome') === undefined) throw new Error(`it did not join: ${JSON.stringify(came.socket.closed)}`);
    came.socket.hangUp();
    return own;
  }

  return {
    ...under,
    store,
    told,
    hostKeys,
    enrolment: enrolling(),
    lines,
    makeToken,
    toHello,
    visit,
    joined,
    async [Symbol.asyncDispose]() {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}
