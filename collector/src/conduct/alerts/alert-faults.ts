import { Fault } from '@trimtab/protocol/shared';

const SEE = '`trimtab alerts` shows what there is, with --json the whole ids.';

export function unknownAlert(id: string): Fault {
  return new Fault({
    code: 'unknown-alert',
    operation: 'acknowledge the alert',
    subject: id,
    cause: 'no alert that fires has an id that begins so',
    hint: SEE,
  });
}

export function ambiguousAlert(id: string): Fault {
  return new Fault({
    code: 'ambiguous-alert',
    operation: 'acknowledge the alert',
    subject: id,
    cause: 'the ids of several alerts begin so',
    hint: SEE,
  });
}

export function unknownSilence(wanted: string): Fault {
  return new Fault({
    code: 'unknown-silence',
    operation: 'end the silence',
    subject: wanted,
    cause: 'no silence has this pattern, or an id that begins so',
    hint: SEE,
  });
}

export function ambiguousSilence(wanted: string): Fault {
  return new Fault({
    code: 'ambiguous-silence',
    operation: 'end the silence',
    subject: wanted,
    cause: 'the ids of several silences begin so',
    hint: SEE,
  });
}

export function tooManySilences(most: number): Fault {
  return new Fault({
    code: 'too-many-silences',
    operation: 'keep silent',
    subject: `${most} silences`,
    cause: 'there are as many as this host keeps',
    hint: 'End one: trimtab alerts unsilence PATTERN. A pattern with * fits many subjects.',
  });
}
