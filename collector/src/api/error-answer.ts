import { Fault, type FaultDetail } from '@trimtab/protocol/shared';
import { codeToStatus, type ErrorStatus } from './fault-codes.ts';

/** What the API says of an error: `{"error": FaultDetail}`. Of an unexpected one it tells nothing but where to look. */
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
        cause: 'an unexpected error',
        hint: 'The collector’s log has it: journalctl -u trimtab',
      },
    },
  };
}
