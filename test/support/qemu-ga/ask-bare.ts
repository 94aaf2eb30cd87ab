import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * One question to a qemu-ga over QEMU's own socket, as any script puts it, with nothing of Trimtab in between: what it
 * returns. The socket takes one client at a time, and this one hangs up.
 */
export async function askBare({ socket, execute }: { socket: string; execute: string }): Promise<unknown> {
  const connection = connect(socket);
  try {
    await once(connection, 'connect');
    connection.write(`${JSON.stringify({ execute })}\n`);
    for await (const line of createInterface({ input: connection })) {
      const answer = JSON.parse(line) as { readonly return?: unknown; readonly error?: { readonly desc: string } };
      if (answer.error !== undefined) throw new Error(`qemu-ga refused ${execute}: ${answer.error.desc}`);
      return answer.return;
    }
    throw new Error(`qemu-ga hung up on ${execute}`);
  } finally {
    connection.destroy();
  }
}
