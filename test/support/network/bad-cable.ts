import { createSocket } from 'node:dgram';
import { createRandom } from '../random.ts';
import { completeSum, toReset } from './frame.ts';

// node bad-cable.ts SEED HERE=THERE HERE=THERE: a cable between two ends of VXLAN, which from SIGUSR2 on loses, delays,
// reorders and doubles frames, is parted for some seconds, and resets connections. It says what it did, once a second.

const PORT = 4789;
const [seed, ...ends] = process.argv.slice(2);
const random = createRandom(Number(seed));
const between = ({ least, most }: { least: number; most: number }) => least + random() * (most - least);

const CHANCES = { lost: 0.02, doubled: 0.02, late: 0.05 };
/** Each way: so that what is on its way when a connection goes is never nothing. */
const WAY_MS = 25;
const LATE_MS = { least: 1, most: 60 };
/** An agent waits ever longer after connections that did not last: more of these would be a test of its patience. */
const HARD_FAULTS = ['parted', 'reset', 'parted', 'reset', 'reset', 'parted'] as const;
/** So many frames lie between two of them: in the middle of what is said, and seldom in a handshake. */
const APART = { least: 80, most: 300 };
const PARTED_MS = { least: 200, most: 3_000 };

const done = { passed: 0, lost: 0, doubled: 0, late: 0, parted: 0, reset: 0, ended: 0 };
let isBad = false;
let partedUntilMs = 0;
let hardFaults = 0;
let nextHardAt = between(APART);

process.on('SIGUSR2', () => {
  isBad = true;
});

function carry(frame: Buffer, send: (frame: Buffer) => void): void {
  if (!isBad) send(frame);
  else if (performance.now() < partedUntilMs) done.ended += 1;
  else if (random() < CHANCES.lost) done.lost += 1;
  else if (done.passed < nextHardAt || !breakHard(frame, send)) carryLate(frame, send);
}

/** False where this frame is none to do it to. */
function breakHard(frame: Buffer, send: (frame: Buffer) => void): boolean {
  const fault = HARD_FAULTS[hardFaults];
  const reset = toReset(frame);
  if (fault === undefined || reset === null) return false;
  if (fault === 'parted') partedUntilMs = performance.now() + between(PARTED_MS);
  else setTimeout(send, WAY_MS, reset);
  done[fault] += 1;
  hardFaults += 1;
  nextHardAt = done.passed + between(APART);
  return true;
}

function carryLate(frame: Buffer, send: (frame: Buffer) => void): void {
  const isLate = random() < CHANCES.late;
  const after = WAY_MS + (isLate ? between(LATE_MS) : 0);
  setTimeout(send, after, frame);
  done.passed += 1;
  if (isLate) done.late += 1;
  if (random() >= CHANCES.doubled) return;
  done.doubled += 1;
  setTimeout(send, after + between(LATE_MS), frame);
}

const sides = ends.map((end) => {
  const [here, there] = end.split('=') as [string, string];
  const socket = createSocket('udp4').bind(PORT, here);
  return { socket, send: (frame: Buffer) => socket.send(frame, PORT, there) };
});
const [one, other] = sides as [(typeof sides)[number], (typeof sides)[number]];
one.socket.on('message', (frame) => carry(completeSum(frame), other.send));
other.socket.on('message', (frame) => carry(completeSum(frame), one.send));
await Promise.all(sides.map(({ socket }) => new Promise<void>((resolve) => socket.once('listening', resolve))));
process.stdout.write('carrying\n');
setInterval(() => process.stdout.write(`${JSON.stringify(done)}\n`), 1_000);
