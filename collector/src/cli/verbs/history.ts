import { Fault } from '@trimtab/protocol/shared';
import { type Command, InvalidArgumentError } from 'commander';
import { TRIMS_KEPT, type TrimResult } from '../../model/trim-result.ts';
import type { HistoryPage, TrimSummary } from '../../model/trim-summary.ts';
import type { RemoteDesk } from '../../ports/desk/remote-desk.ts';
import { type CommandContext, UsageError } from '../command-context.ts';
import { EXIT } from '../exit-code.ts';
import { tellAnswer } from '../tell-answer.ts';
import { formatHistory } from '../views/history.ts';
import { formatTrim } from '../views/trim.ts';
import { formatDeeds } from '../views/trust/deeds.ts';
import { addFaceOptions, connectDesk, type FaceOptions } from './socket-option.ts';

export function addHistory(program: Command, context: CommandContext): void {
  const command = program
    .command('history')
    .description('list the trims that are stored, newest first, or show one')
    .argument('[guest or id]', 'only those of this guest; or the one trim of this id')
    .option('--deeds', 'instead: what people had done (repairs, approvals, tokens …), and who they were')
    .option('--limit <count>', `at most this many, 1 to ${TRIMS_KEPT}`, parseLimit, 50);
  addFaceOptions(command)
    .addHelpText(
      'after',
      `
Example:
  $ trimtab history web-1 --limit 10
  $ trimtab history 3f2a91c0

How the id of a trim begins, 8 characters or more of it, is enough to show that
trim with its reasons, as trimtab trim printed it.
--json prints {trims[]}, summaries; with an id that trim alone, whole, as
\`trimtab trim --json\` prints it; with --deeds
{takenAt, deeds[{kind, at, askedBy, subject, outcome}]}.`,
    )
    .action(async (wanted: string | undefined, options: FaceOptions & { limit: number; deeds?: true }) => {
      const { terminal } = context;
      const isJson = options.json === true;
      if (options.deeds === true) {
        if (wanted !== undefined) throw new UsageError('--deeds are of all guests: name none');
        const deeds = await connectDesk(context, options).deeds({ limit: options.limit });
        tellAnswer({ terminal, answer: deeds, isJson, format: formatDeeds });
        return context.finish(EXIT.done);
      }
      const found = await find({ desk: connectDesk(context, options), wanted: wanted ?? null, limit: options.limit });
      if (found.kind === 'trim') tellAnswer({ terminal, answer: found.trim, isJson, format: formatTrim });
      else
        tellAnswer({
          terminal,
          answer: { trims: found.trims },
          isJson,
          format: ({ trims }, page) => formatHistory(trims, page),
        });
      context.finish(EXIT.done);
    });
}

type Found =
  | { readonly kind: 'trim'; readonly trim: TrimResult }
  | { readonly kind: 'trims'; readonly trims: readonly TrimSummary[] };

/** A guest may be called as an id begins, and then it is meant; a whole id no guest can hide by its name. */
async function find(asked: { desk: RemoteDesk; wanted: string | null; limit: number }): Promise<Found> {
  const { desk, wanted: guest, limit } = asked;
  const whole = guest !== null && WHOLE_ID.test(guest) ? await desk.findTrim(guest) : null;
  if (whole !== null) return { kind: 'trim', trim: whole };
  try {
    return { kind: 'trims', trims: await readHistory({ desk, guest, limit }) };
  } catch (error) {
    const isUnknown = error instanceof Fault && error.detail.code === 'unknown-guest';
    if (!isUnknown || guest === null) throw error;
    if (TOO_SHORT.test(guest)) throw unknownShort(error.detail);
    if (!ID.test(guest)) throw error;
    const trim = await desk.findTrim(guest);
    if (trim === null) throw unknownBoth(guest);
    return { kind: 'trim', trim };
  }
}

/** Page by page, since an answer is limited in bytes. */
async function readHistory(asked: {
  readonly desk: RemoteDesk;
  readonly guest: string | null;
  readonly limit: number;
}): Promise<readonly TrimSummary[]> {
  const { desk, guest, limit } = asked;
  const trims: TrimSummary[] = [];
  let before: number | null = null;
  do {
    const page: HistoryPage = await desk.history({ guest, limit: limit - trims.length, before });
    trims.push(...page.trims);
    // A page that holds nothing leads nowhere.
    before = page.trims.length === 0 ? null : page.older;
  } while (before !== null && trims.length < limit);
  return trims;
}

const WHOLE_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What may be how the id of a trim begins. */
const ID = /^[0-9a-f]{8}[0-9a-f-]{0,28}$/i;

/** What may be meant as that, and is not enough of it. */
const TOO_SHORT = /^[0-9a-f]{1,7}$/i;

function parseLimit(text: string): number {
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= TRIMS_KEPT) return limit;
  throw new InvalidArgumentError(`It is a whole number from 1 to ${TRIMS_KEPT}.`);
}

function unknownShort(detail: Fault['detail']): Fault {
  return new Fault({
    ...detail,
    hint: '`trimtab guests` lists them. If a trim is meant: give 8 characters of its id, or more.',
  });
}

function unknownBoth(wanted: string): Fault {
  return new Fault({
    code: 'unknown-trim',
    operation: 'find a trim or a guest',
    subject: wanted,
    cause: 'no trim has an id that begins so, and no guest is called so',
    hint: '`trimtab history` lists the trims, `trimtab guests` the guests.',
  });
}
