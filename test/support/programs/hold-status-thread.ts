import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ownProcess } from '../../../collector/src/io/own-process.ts';
import { createStatusThread } from '../../../collector/src/io/status-thread.ts';

// A program that ends with 7 while the thread that asks for many files waits for one of a FUSE: `PATH`, and `given-up`
// where it ends only when the thread has been given up.

const [path = '', until = ''] = ownProcess.args;
const thread = createStatusThread({ patienceMs: until === 'given-up' ? 200 : 2 ** 30 });
const asked = thread.read([path]);
while (!isWaiting()) await delay(5);
process.stdout.write(`${until === 'given-up' ? await asked : 'waits'}\n`);
ownProcess.finish(7);

/** proc_pid_wchan(5) of each thread: the function of the kernel that it waits in. */
function isWaiting(): boolean {
  const threads = readdirSync('/proc/self/task');
  return threads.some((id) => readFileSync(`/proc/self/task/${id}/wchan`, 'utf8').startsWith('fuse_'));
}
