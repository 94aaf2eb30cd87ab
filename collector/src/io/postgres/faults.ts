import { Fault, type FaultDetail, toCause } from '@trimtab/protocol/shared';
import pg from 'pg';

/** An error of PostgreSQL, or of the way to it, as a Fault whose code begins with `store-`; what is none of them as it is. */
export function toFault({ subject, error }: { readonly subject: string; readonly error: unknown }): unknown {
  if (error instanceof Fault || error instanceof TypeError) return error;
  const { code, hint } = explain(subject, error);
  return new Fault({ code, operation: 'use the database', subject, cause: toCause(error), hint });
}

function explain(subject: string, error: unknown): Pick<FaultDetail, 'code' | 'hint'> {
  if (error instanceof pg.DatabaseError && !isAway(error))
    return BY_CODE[error.code ?? ''] ?? BY_CLASS[(error.code ?? '').slice(0, 2)] ?? { code: 'store-error', hint: null };
  const { message = '', code = '', syscall = '' } = error as Partial<NodeJS.ErrnoException>;
  // What pg says of a password that it was not given.
  if (message.startsWith('SASL')) return DENIED;
  if (/SSL|TLS|CERT|SIGNED|SECURITY|UNABLE_TO/.test(`${code} ${message}`) || syscall === 'open') return UNTRUSTED;
  return { code: 'store-away', hint: `See whether it can be reached: psql '${subject}' -c 'select 1'.` };
}

/**
 * Of what a server says that cannot be asked now (postgresql.org/docs/15/errcodes-appendix.html): it is being stopped or
 * started, has as many connections as it takes, or gave this one up.
 */
function isAway({ code = '' }: pg.DatabaseError): boolean {
  return code.startsWith('08') || code.startsWith('57P') || code === '53300' || code === '25P03';
}

const DENIED = {
  code: 'store-denied',
  hint: 'See the user, the password (PGPASSWORD, ~/.pgpass) and the database of --database, and pg_hba.conf.',
} as const;
const UNTRUSTED = {
  code: 'store-denied',
  hint: 'See sslmode and sslrootcert of --database, and the certificate of the server.',
} as const;
const NOT_WRITABLE = {
  code: 'store-not-writable',
  hint: 'The user of --database must own the database, or may create in its schema; a standby takes no writes.',
} as const;

const BY_CODE: Readonly<Record<string, Pick<FaultDetail, 'code' | 'hint'>>> = {
  '3D000': { ...DENIED, hint: 'There is no such database. As a user who may: createdb --encoding UTF8 NAME' },
  '42501': NOT_WRITABLE,
  '25006': NOT_WRITABLE,
  '57014': {
    code: 'store-error',
    hint: 'The server took too long over it: see what else it does, in pg_stat_activity.',
  },
  '53100': { code: 'store-full', hint: 'Make room on the filesystem of the server.' },
  '55P03': {
    code: 'store-busy',
    hint: 'Another collector with the host-id of this one uses it. Each host needs an id of its own: the file host-id in its --state-directory.',
  },
};

const BY_CLASS: Readonly<Record<string, Pick<FaultDetail, 'code' | 'hint'>>> = {
  '28': DENIED,
  '58': { code: 'store-io', hint: 'The disk of the server has a problem; see its log.' },
  XX: { code: 'store-corrupt', hint: 'The server found its files damaged; see its log, and put a backup in place.' },
};
