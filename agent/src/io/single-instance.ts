import { realpath } from 'node:fs/promises';
import { createServer } from 'node:net';
import { Fault } from '@trimtab/protocol/shared';

/**
 * Makes sure that no other agent works in this folder: two would report each other's running trim as one that was cut
 * off. A name in the abstract namespace of unix(7) goes with its process, however that ends. Throws a Fault
 * `already-running`.
 */
export async function claimFolder(path: string): Promise<void> {
  const server = createServer().unref();
  const name = `\0trimtab-agent:${await realpath(path)}`.slice(0, 100);
  await new Promise<void>((resolve, reject) => {
    server.once('error', () => reject(alreadyRunning(path)));
    server.listen(name, resolve);
  });
}

function alreadyRunning(path: string): Fault {
  return new Fault({
    code: 'already-running',
    operation: 'run the agent',
    subject: path,
    cause: 'another agent works with this state directory',
    hint: 'Stop that one first (pgrep -af trimtab-agent), or give this one its own --state-directory.',
  });
}
