import { accessSync, constants, statSync } from 'node:fs';
import { Fault, toCause } from '@trimtab/protocol/shared';

/** Throws a Fault `bad-notify-entry` where this user cannot run the program of a receiver. */
export function requireProgram({ name, path }: { readonly name: string; readonly path: string }): void {
  try {
    if (!statSync(path).isFile()) throw new Error('it is no regular file');
    accessSync(path, constants.X_OK);
  } catch (error) {
    throw new Fault({
      code: 'bad-notify-entry',
      operation: 'find the program of a receiver',
      subject: `notify: ${name}, command: ${path}`,
      cause: toCause(error),
      hint: 'The collector runs it, as its own user: install it there, and chmod +x it.',
    });
  }
}
