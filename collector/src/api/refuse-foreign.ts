import { Fault } from '@trimtab/protocol/shared';
import { toListenScope } from '../model/listen-scope.ts';

/** What the headers say of where a request comes from; undefined where there is none. */
export interface Sent {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** Sec-Fetch-Site (w3.org/TR/fetch-metadata): every browser of today sends it. */
  readonly fetchSite: string | undefined;
}

/**
 * The TCP port asks for no password, and is of this host alone. A page in a browser of this host reaches it all the
 * same: one of another origin by a plain request, and one whose name is made to lead here (DNS rebinding) as its own
 * origin. So only this host's own names are answered, and no page of elsewhere. Throws a Fault `foreign-request`.
 */
export function refuseForeign({ host, origin, fetchSite }: Sent): void {
  if (host === undefined || !isOwnName(host)) throw foreign({ subject: `Host: ${host ?? ''}`, cause: NOT_OWN_NAME });
  if (origin !== undefined && origin !== `http://${host}`)
    throw foreign({ subject: `Origin: ${origin}`, cause: A_PAGE });
  if (fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none')
    throw foreign({ subject: `Sec-Fetch-Site: ${fetchSite}`, cause: A_PAGE });
}

const NOT_OWN_NAME = 'that is no name of this host for itself';
const A_PAGE = 'it comes from a page of elsewhere';

/** `127.0.0.1:7462`, `[::1]`, `localhost`: whatever port, since it may have been led here (ssh -L). */
function isOwnName(host: string): boolean {
  const name = /^(?:\[([\da-f:.]+)\]|([\w.-]+))(?::\d{1,5})?$/i.exec(host);
  return name !== null && toListenScope(name[1] ?? name[2] ?? '') === 'this-host';
}

function foreign(detail: Record<'subject' | 'cause', string>): Fault {
  return new Fault({
    code: 'foreign-request',
    operation: 'answer on TCP',
    hint: 'Ask by http://127.0.0.1:PORT or http://localhost:PORT, without an Origin header.',
    ...detail,
  });
}
