import type { AskedBy } from '../../../model/asked-by.ts';

/** Who asked, for people. */
export function formatAskedBy(askedBy: AskedBy): string {
  switch (askedBy.kind) {
    case 'socket':
      return 'somebody on this host (the socket)';
    case 'token':
      return `the token ${askedBy.name} of the API`;
    case 'enrolment':
      return `a token to join (${askedBy.id})`;
    case 'trimtab':
      return 'Trimtab itself';
    case 'network':
      return 'somebody on the network, whom an earlier version did not ask who';
  }
}

/** The same for a table. */
export function formatAskedByShort(askedBy: AskedBy): string {
  if (askedBy.kind === 'token') return askedBy.name;
  return askedBy.kind === 'enrolment' ? `token ${askedBy.id}` : askedBy.kind;
}
