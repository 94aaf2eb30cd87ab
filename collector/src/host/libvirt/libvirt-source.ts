import { createHash } from 'node:crypto';
import { Fault, toCause } from '@trimtab/protocol/shared';
import type { Domain } from '../../model/domain.ts';
import { answered, type HostSource, type SourceAnswer, type SourceFinding } from '../../ports/host-source.ts';
import type { AskVirsh, Virsh } from '../../ports/virsh.ts';
import { cutOut } from './cut-out.ts';
import { createNextStarts, type NextStart } from './next-starts.ts';
import { type ParsedDomain, parseDomain } from './parse-domain.ts';
import { readUuids } from './read-uuids.ts';
import { createVolumePaths, type VolumePaths } from './volume-paths.ts';

/**
 * The domains of libvirt, running and shut off, by `virsh list` and `virsh dumpxml` over a read-only connection: one
 * process for all of them. What it prints then holds no passwords. A domain whose XML has not changed is not parsed
 * again.
 */
export function createLibvirtSource({ virsh, uri }: { virsh: Virsh; uri: string }): HostSource {
  let known: ReadonlyMap<string, Known> = new Map();
  const nextStarts = createNextStarts(uri);

  async function readAll(): Promise<SourceAnswer> {
    const volumes = createVolumePaths();
    let next: ReadonlyMap<string, NextStart> = new Map();
    const { result, errors } = await virsh.converse(uri, async (ask) => {
      const uuids = readUuids(await ask('list --all --uuid'));
      const read = await Promise.all(uuids.map((uuid) => readDomain({ ask, uri, uuid, known: known.get(uuid) })));
      await volumes.resolve(
        ask,
        read.flatMap((one) => one?.parsed?.disks ?? []),
      );
      next = await nextStarts.read(
        ask,
        read.flatMap((one) => one?.parsed ?? []),
      );
      return read.filter((one) => one !== null);
    });
    const complaints = errors.filter((line) => !ABOUT_ONE.test(line));
    const fatal = complaints.find((line) => result.length === 0 || LOST.test(line));
    if (fatal !== undefined) return { kind: 'unavailable', why: fatal, hint: DAEMON_HINT };
    known = new Map(result.map((one) => [one.uuid, one]));
    return answered(
      result.flatMap(({ parsed }) =>
        parsed === null ? [] : [toDomain(parsed, { volumes, next: next.get(parsed.domain.key) ?? null })],
      ),
      [
        ...complaints.map((line) => ({ subject: 'libvirt', sentence: `${line}.`, hint: DAEMON_HINT })),
        ...result.flatMap(({ uuid, parsed, refusal }) => [
          ...(parsed?.findings ?? []),
          ...(parsed === null ? [] : volumes.findings(parsed)),
          ...(refusal === null ? [] : [toFinding({ uuid, refusal })]),
        ]),
      ],
    );
  }

  return {
    source: 'libvirt',
    async read() {
      try {
        return await readAll();
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        return { kind: 'unavailable', why: error.detail.cause, hint: error.detail.hint };
      }
    },
  };
}

/** A domain or a volume that ended between the list and the question is not told of. */
const ABOUT_ONE =
  /failed to get (?:domain|vol|pool)|(?:Domain|Storage (?:pool|volume|vol)) not found|no (?:domain|storage)/i;

/** The daemon went away in the middle: what it has said until then is incomplete. */
const LOST =
  /failed to connect|disconnected|end of file|broken pipe|socket is closed|cannot (?:recv|write) data|failed to list/i;

const DAEMON_HINT = 'systemctl status libvirtd virtqemud';

interface Known {
  readonly uuid: string;
  readonly hash: string;
  /** Null when the XML is refused. */
  readonly parsed: ParsedDomain | null;
  readonly refusal: string | null;
}

/** Null for a domain that is gone. */
async function readDomain({
  ask,
  uri,
  uuid,
  known,
}: {
  ask: AskVirsh;
  uri: string;
  uuid: string;
  known: Known | undefined;
}): Promise<Known | null> {
  const text = await ask(`dumpxml ${uuid}`);
  if (text === null) return { uuid, hash: '', parsed: null, refusal: 'it is longer than any domain' };
  const xml = cutOut(text);
  if (xml === null) return null;
  const hash = createHash('sha256').update(xml).digest('base64');
  if (known?.hash === hash) return known;
  try {
    const parsed = parseDomain({ text: xml, uri });
    if (parsed.domain.uuid !== uuid) throw new SyntaxError(`it is that of another domain, ${parsed.domain.uuid}`);
    return { uuid, hash, parsed, refusal: null };
  } catch (error) {
    return { uuid, hash, parsed: null, refusal: toCause(error) };
  }
}

function toDomain(
  { domain, disks }: ParsedDomain,
  { volumes, next }: { volumes: VolumePaths; next: NextStart | null },
): Domain {
  return {
    ...domain,
    disks: disks.map((one) => {
      const atNextStart = next === null ? null : (next.get(one.disk.image) ?? 'absent');
      return { ...volumes.place(one), atNextStart };
    }),
  };
}

function toFinding({ uuid, refusal }: { uuid: string; refusal: string }): SourceFinding {
  const sentence = `The XML of this domain is refused, and the guest left out of what libvirt says: ${refusal}.`;
  return { subject: `domain ${uuid}`, sentence, hint: `virsh dumpxml ${uuid}` };
}
