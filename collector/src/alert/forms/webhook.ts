import type { Notice } from '../../model/alert.ts';
import type { HttpRequest } from '../../model/outgoing.ts';
import { toNoticeKey } from '../notice-key.ts';
import { toNoticeDocument } from './notice-document.ts';

/** The key is in the body and, as draft-ietf-httpapi-idempotency-key-header has it, in a header (a quoted string). */
export function toWebhook({ url, token }: { url: string; token: string | null }, notice: Notice): HttpRequest {
  return {
    url,
    headers: { 'idempotency-key': `"${toNoticeKey(notice.id)}"`, ...bearer(token) },
    body: toNoticeDocument(notice),
  };
}

/** RFC 6750. */
export function bearer(token: string | null): Readonly<Record<string, string>> {
  return token === null ? {} : { authorization: `Bearer ${token}` };
}
