import { readFileSync, statSync } from 'node:fs';
import { Fault, toCause } from '@trimtab/protocol/shared';
import type { HostKey } from '../../ports/host-keys.ts';
import type { Log } from '../../ports/log.ts';
import { readCertificate, toHostKey } from './to-host-key.ts';

/** More than any chain. */
export const MOST_PEM_BYTES = 256 * 1024;

/**
 * The certificate of the operator, with what leads to it, and its key; null where the settings name none. Throws a
 * Fault `bad-certificate`. One that is over is taken, and told of: agents look at the key alone.
 */
export function readOperatorKey({
  certificate,
  key,
  nowMs,
  log,
}: {
  readonly certificate: string | null;
  readonly key: string | null;
  readonly nowMs: number;
  readonly log: Pick<Log, 'warn'>;
}): HostKey | null {
  if (certificate === null && key === null) return null;
  if (certificate === null) throw bad({ subject: 'tls-key', cause: 'there is a key and no certificate for it' });
  if (key === null) throw bad({ subject: 'tls-certificate', cause: 'there is a certificate and no key of it' });
  const pair = { certificate: readPem(certificate), privateKey: readPem(key) };
  refuseExposed(key);
  try {
    const { validFromDate, validToDate } = readCertificate(pair.certificate);
    const told = { certificate, from: validFromDate.toISOString(), until: validToDate.toISOString() };
    if (validToDate.getTime() < nowMs)
      log.warn(told, 'the certificate of this collector is over: agents look at its key alone, but others refuse it');
    else if (validFromDate.getTime() > nowMs)
      log.warn(told, 'by the clock of this host its certificate begins later: others than agents may refuse it');
    return toHostKey(pair);
  } catch (error) {
    throw bad({ subject: `${certificate}, ${key}`, cause: toCause(error) });
  }
}

function readPem(path: string): string {
  try {
    const status = statSync(path);
    if (!status.isFile()) throw new Error('it is no regular file');
    if (status.size > MOST_PEM_BYTES) throw new Error(`it has more than ${MOST_PEM_BYTES} bytes`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw bad({ subject: path, cause: toCause(error) });
  }
}

/** Its group may read it: that is how Debian shares keys (ssl-cert). */
function refuseExposed(path: string): void {
  const { uid, mode } = statSync(path);
  const own = process.getuid?.() ?? uid;
  if (uid !== own && uid !== 0) throw bad({ subject: path, cause: `it belongs to another user (${uid})` });
  if ((mode & 0o007) !== 0) throw bad({ subject: path, cause: 'every user of this host may read or write it' });
  if ((mode & 0o020) !== 0) throw bad({ subject: path, cause: 'its group may write it' });
}

function bad({ subject, cause }: { subject: string; cause: string }): Fault {
  return new Fault({
    code: 'bad-certificate',
    operation: 'use the certificate of the settings',
    subject,
    cause,
    hint: 'Give both: --tls-certificate FILE (PEM, with the chain below it) and --tls-key FILE (PEM, not encrypted, chmod 600); or neither, and the collector makes its own.',
  });
}
