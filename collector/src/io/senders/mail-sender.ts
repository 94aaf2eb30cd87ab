import { toCause } from '@trimtab/protocol/shared';
import type { Transporter } from 'nodemailer';
import type { AlertRule, Notice } from '../../model/alert.ts';
import type { Mail } from '../../model/outgoing.ts';
import type { MailEntry } from '../../model/sender.ts';
import type { NoticeSender } from '../../ports/notice-sender.ts';
import { noticeFault } from './notice-fault.ts';

/** For the connection, and the greeting. */
export const MAIL_CONNECT_MS = 10_000;
/** RFC 5321, 4.5.3.2.6: a server may look at a mail for so long; who leaves before its answer sends the mail twice. */
export const MAIL_ANSWER_MS = 600_000;
/** The answers before that one come within minutes. */
export const MAIL_ATTEMPT_MS = 900_000;
/** RFC 8314, 3.3; RFC 6409, 3.1. */
const PORTS = { 'smtps:': 465, 'smtp:': 587 } as const;

/** Hands mails to one server (RFC 5321). A password goes over TLS alone. */
export function createMailSender({
  entry: { name, server, from, to, user, password },
  rules,
  toMail,
}: {
  readonly entry: MailEntry & { readonly name: string };
  readonly rules: readonly AlertRule[] | null;
  readonly toMail: (notice: Notice) => Mail;
}): NoticeSender {
  const { protocol, hostname, port, host } = new URL(server);
  const subject = `${name} (${host})`;
  const isSecure = protocol === 'smtps:';
  let transport: Promise<Transporter> | null = null;

  async function open(): Promise<Transporter> {
    // Only here: most hosts send no mail.
    const { createTransport } = await import('nodemailer');
    return createTransport({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? PORTS[isSecure ? 'smtps:' : 'smtp:'] : Number(port),
      secure: isSecure,
      ...(user === null || password === null ? {} : { auth: { user, pass: password }, requireTLS: !isSecure }),
      connectionTimeout: MAIL_CONNECT_MS,
      greetingTimeout: MAIL_CONNECT_MS,
      socketTimeout: MAIL_ANSWER_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  return {
    name,
    rules,
    groups: true,
    attemptMs: MAIL_ATTEMPT_MS,
    async send(notice, signal) {
      const { subject: line, text, messageId, thread } = toMail(notice);
      transport ??= open();
      const mailer = await transport;
      try {
        await mailer.sendMail({
          from,
          to: [...to],
          subject: line,
          text,
          messageId: `<${messageId}>`,
          references: `<${thread}>`,
          // RFC 3834: no answer by a machine.
          headers: { 'Auto-Submitted': 'auto-generated' },
          signal,
        });
      } catch (error) {
        throw toFault({ error, subject });
      }
    },
    restate: null,
    async stop() {
      (await transport)?.close();
    },
  };
}

/** What nodemailer says of an error. */
interface MailError {
  readonly code?: string;
  readonly responseCode?: number;
}

const UNREACHABLE = new Set(['ECONNECTION', 'ESOCKET', 'EDNS', 'ETIMEDOUT', 'EABORT']);

/** RFC 5321, 4.2.1: 4yz may be otherwise later, 5yz is for good. */
function toFault({ error, subject }: { readonly error: unknown; readonly subject: string }) {
  const { code = '', responseCode = 0 } = error as MailError;
  const cause = toWords(error as Error);
  if (code === 'EAUTH' || code === 'ETLS') {
    const hint = 'See that user and password are right. They go over TLS alone: the server has to offer it.';
    return noticeFault({ code: 'notice-denied', subject, cause, hint });
  }
  if (responseCode >= 500) {
    const hint = 'See that the server takes mail from this host, and these addresses.';
    return noticeFault({ code: 'notice-refused', subject, cause, hint });
  }
  if (!UNREACHABLE.has(code)) return noticeFault({ code: 'notice-failed', subject, cause, hint: SEE_SERVER });
  return noticeFault({ code: 'notice-unreachable', subject, cause, hint: SEE_SERVER });
}

/** nodemailer has a code of its own in the place of the kernel's, which is in its words. */
function toWords(error: Error): string {
  const [code] = /\bE[A-Z]{4,}\b/.exec(error.message) ?? [];
  return code === undefined
    ? error.message
    : toCause(Object.assign(new Error(error.message), { code, syscall: 'connect' }));
}

const SEE_SERVER = 'See that the server runs, and that this host reaches it.';
