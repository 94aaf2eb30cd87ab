import { Fault } from '@trimtab/protocol/shared';

/** QEMU's own no to a command that it has read: it did nothing. */
export class QmpRefusal extends Fault {
  readonly words: string;

  constructor({ operation, subject, execute, words }: Record<'operation' | 'subject' | 'execute' | 'words', string>) {
    super({ code: 'qmp-error', operation, subject, cause: `${execute}: ${words}`, hint: null });
    this.words = words;
  }
}
