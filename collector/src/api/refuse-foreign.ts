import { Fault } from '@trimtab/protocol/shared';
import { toListenScope } from '../model/listen-scope.ts';

/** What the headers say of where a request comes from; undefined where there is none. */
export interface Sent {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** Sec-Fetch-Site (w3.org/TR/fetch-metadata): every browser of today sends it. */
  readonly fetchSite: string | undefined;
}

/** What a request on TCP came by. */
export interface CameBy {
  readonly isEncrypted: boolean;
  /** Names and addresses of this host, besides those that every host has for itself. */
  readonly ownNames: ReadonlySet<string>;
}

/**
 * A token is asked for as well; this is for the pages of a browser that has one. One of another origin reaches the port
 * by a plain request, and one whose name is made to lead here (DNS rebinding) as its own origin. So only this host's own
 * names are answered, and no page of elsewhere. Throws a Fault `foreign-request`.
 */
export function refuseForeign({ host, origin, fetchSite }: Sent, { isEncrypted, ownNames }: CameBy): void {
  if (host === undefined || !isOwnName(host, ownNames))
    throw foreign({ subject: `Host: ${host ?? ''}`, cause: NOT_OWN_NAME });
  if (origin !== undefined && origin !== `${isEncrypted ? 'https' : 'http'}://${host}`)
    throw foreign({ subject: `Origin: ${origin}`, cause: A_PAGE });
  if (fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none')
    throw foreign({ subject: `Sec-Fetch-Site: ${fetchSite}`, cause: A_PAGE });
}

const NOT_OWN_NAME = 'that is no name of this host for itself';
const A_PAGE = 'it comes from a page of elsewhere';

/** `127.0.0.1:7462`, `[::1]`, `localhost`: whatever port, since it may have been led here (ssh -L). */
function isOwnName(host: string, ownNames: ReadonlySet<string>): boolean {
  const parts = /^(?:\[([\da-f:.]+)\]|([\w.-]+))(?::\d{1,5})?$/i.exec(host);
  const name = parts?.[1] ?? parts?.[2];
  return name !== undefined && (toListenScope(name) === 'this-host' || ownNames.has(name.toLowerCase()));
}

function foreign(detail: Record<'subject' | 'cause', string>): Fault {
  return new Fault({
    code: 'foreign-request',
    operation: 'answer on TCP',
    hint: 'Ask by an address of the host (127.0.0.1 on itself), its name, or a name of --advertise, without an Origin header.',
    ...detail,
  });
}
