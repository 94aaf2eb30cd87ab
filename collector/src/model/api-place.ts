/** An API elsewhere, on TCP. */
export interface RemoteApi {
  /** `https://host.example:7462`, or `http://` where it is led to on this host. */
  readonly origin: string;
  readonly token: string;
  /** SHA-256 of the collector's key, base64url: nothing else of its certificate counts then. */
  readonly pin: string | null;
  /** PEM of who has signed its certificate; null: whom this host trusts. */
  readonly ca: string | null;
}

/** Where a collector is asked. */
export type ApiPlace = { readonly socketPath: string } | { readonly remote: RemoteApi };

/** As an error names it. */
export const toSubject = (place: ApiPlace): string => ('remote' in place ? place.remote.origin : place.socketPath);
