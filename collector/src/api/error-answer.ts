import { Fault, type FaultDetail } from '@trimtab/protocol/shared';

export type ErrorStatus = 400 | 404 | 409 | 413 | 500;

/** What the API says of an error: `{"error": FaultDetail}`. Of an error that nobody foresaw it tells nothing but where to look. */
export interface ErrorAnswer {
  readonly status: ErrorStatus;
  readonly body: { readonly error: FaultDetail };
}

export function errorToAnswer(error: unknown, subject: string): ErrorAnswer {
  if (error instanceof Fault) return { status: codeToStatus(error.detail.code), body: { error: error.detail } };
  return {
    status: 500,
    body: {
      error: {
        code: 'internal',
        operation: 'answer',
        subject,
        cause: 'an error that nobody foresaw',
        hint: 'The collector’s log has it: journalctl -u trimtab',
      },
    },
  };
}

const NOT_AS_THINGS_ARE = new Set(['no-agent', 'cannot-repair', 'nothing-to-repair', 'would-taint']);

function codeToStatus(code: string): ErrorStatus {
  if (code === 'bad-request') return 400;
  if (code === 'too-large') return 413;
  if (code.startsWith('unknown-')) return 404;
  if (code.startsWith('ambiguous-') || NOT_AS_THINGS_ARE.has(code)) return 409;
  return 500;
}
