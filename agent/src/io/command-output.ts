import { Fault, toCause } from '@trimtab/protocol/shared';

/** Where the words of a command go that ends. */
export interface CommandOutput {
  out(text: string): void;
  err(text: string): void;
  /** Resolves when all has gone out; with a Fault `not-written` when some of it could not. */
  written(): Promise<Fault | null>;
}

/** A reader that leaves (`| head`) is no error: what is written then goes nowhere, and the command ends as it would. */
export function createCommandOutput(): CommandOutput {
  let failure: Error | null = null;
  /** Nothing, written to a file on a read-only disk, is an error as well. */
  const used = new Set<NodeJS.WriteStream>();
  const sinkOf = (stream: NodeJS.WriteStream) => {
    let isGone = false;
    stream.on('error', (error: NodeJS.ErrnoException) => {
      isGone = true;
      if (error.code !== 'EPIPE') failure ??= error;
    });
    return (text: string) => {
      if (isGone) return;
      used.add(stream);
      stream.write(text);
    };
  };
  return {
    out: sinkOf(process.stdout),
    err: sinkOf(process.stderr),
    async written() {
      for (const stream of used)
        await new Promise<void>((resolve) => {
          stream.write('', () => resolve());
        });
      return failure === null ? null : notWritten(failure);
    },
  };
}

function notWritten(error: Error): Fault {
  return new Fault({
    code: 'not-written',
    operation: 'write the answer',
    subject: 'the output of this command',
    cause: toCause(error),
    hint: 'Make room there, or send it elsewhere; df -h shows which disk is full.',
  });
}
