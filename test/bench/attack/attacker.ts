import { ATTACKS } from './attacks.ts';

// node attacker.ts NAME PORT: attacks the collector on this host until it is ended, and says how often a second.

const EVERY_MS = 10;
const TOLD_EVERY_MS = 1_000;
/** What it could not do in time, it makes up for to this much: more at once would be another attack. */
const BEHIND_MS = 100;

const [name, port] = process.argv.slice(2);
const attack = ATTACKS.find((each) => each.name === name);
if (attack === undefined) throw new Error(`there is no attack ${name}`);

let done = 0;
const target = {
  port: Number(port),
  done: () => {
    done += 1;
  },
};
const { strike, open } = await attack.prepare(target);
const beganMs = performance.now();
const passedMs = () => performance.now() - beganMs;
let begun = 0;
setInterval(() => {
  const due = (ms: number) => Math.floor((ms * attack.aSecond) / 1_000);
  begun = Math.max(begun, due(passedMs() - BEHIND_MS));
  for (; begun < due(passedMs()); begun += 1) strike();
}, EVERY_MS);
setInterval(() => {
  process.stdout.write(`${JSON.stringify({ aSecond: done / (passedMs() / 1_000), open: open() })}\n`);
}, TOLD_EVERY_MS);
process.stdout.write('attacking\n');
