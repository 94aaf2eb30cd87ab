import { quote } from '@trimtab/protocol/causes';
import { Fault } from '@trimtab/protocol/shared';
import type { Command } from 'commander';
import type { RepairPlan } from '../../model/repair.ts';
import type { TrimResult } from '../../model/trim-result.ts';
import type { RemoteDesk } from '../../ports/desk/remote-desk.ts';
import { type CommandContext, UsageError } from '../command-context.ts';
import { EXIT } from '../exit-code.ts';
import { findMounts } from '../mounts-on-disk.ts';
import { isRepaired } from '../repair-proof.ts';
import { say } from '../say.ts';
import { showOn, tellAnswer } from '../tell-answer.ts';
import type { Page } from '../views/page.ts';
import { formatRepair, formatRepairPlan, type RepairOutcome } from '../views/repair.ts';
import { LEFT, watchTrim } from '../watch-trim.ts';
import { addFaceOptions, connectDesk, type FaceOptions } from './socket-option.ts';

interface RepairOptions extends FaceOptions {
  readonly dryRun?: true;
  readonly yes?: true;
  readonly evenIfTainted?: true;
}

export function addRepair(program: Command, context: CommandContext): void {
  const command = program
    .command('repair')
    .description('make the running QEMU pass on the discards of a disk, then trim it')
    .argument('<guest>', 'name or id, as `trimtab guests` shows it')
    .argument('<disk>', "the guest's name for it (sda), the hypervisor's, or its image")
    .option('--dry-run', 'show what would be done, and end')
    .option('--yes', 'do it without asking')
    .option('--even-if-tainted', 'also a guest of libvirt, which then calls it tainted');
  addFaceOptions(command)
    .addHelpText(
      'after',
      `
Example:
  $ trimtab repair web-1 sda

It shows what it will do and asks. Then it reopens each node of the disk's block
graph with discard=unmap (QMP blockdev-reopen), checks that nothing else has
changed, and has the guest trim the filesystems on the disk. The guest keeps
running. Last it prints what to change in the configuration of the guest, since
its next start undoes the repair.
--json prints {plan, reopened[], trim, notTrimmed, repaired, persistent}; with
--dry-run only {plan}.
Exit codes: 0 the host got back what the image surely had in excess, or there
was nothing to get (--dry-run: it could be done), 1 anything else, 2 wrong
usage, 130 interrupted.`,
    )
    .action(async (guest: string, disk: string, options: RepairOptions) => {
      const { terminal, interrupts } = context;
      if (options.yes !== true && options.dryRun !== true && !terminal.canAsk)
        throw new UsageError('there is no terminal to ask on. --dry-run shows what would be done, --yes does it');
      const desk = connectDesk(context, options);
      const query = { guest, disk, evenIfTainted: options.evenIfTainted === true };
      const isJson = options.json === true;
      const plan = await desk.planRepair(query);
      if (options.dryRun === true) {
        tellAnswer({ terminal, answer: { plan }, isJson, format: formatPlan });
        return context.finish(EXIT.done);
      }
      if (!isJson) tellAnswer({ terminal, answer: { plan }, isJson, format: formatPlan });
      else if (options.yes !== true) showOn({ sink: terminal.err, terminal, answer: { plan }, format: formatPlan });
      const answer = options.yes === true ? 'yes' : await terminal.confirm('Repair it now?');
      if (answer !== 'yes') {
        say(terminal.err, 'nothing was changed');
        return context.finish(answer === 'interrupted' ? EXIT.interrupted : EXIT.error);
      }
      const giveBack = interrupts.take(() =>
        interrupts.leave(
          `interrupted; the collector finishes the repair: trimtab doctor ${quote(guest)} shows what came of it`,
        ),
      );
      const done = await desk.repair(query).finally(giveBack);
      const trimmed = await trimAfter({ context, desk, plan: done.plan, evenIfTainted: query.evenIfTainted, isJson });
      const { persistent } = done.plan;
      const outcome = { ...done, ...trimmed, repaired: isRepaired(done.plan, trimmed.trim), persistent };
      tellAnswer({ terminal, answer: outcome, isJson, format: formatRepair });
      context.finish(outcome.repaired ? EXIT.done : EXIT.error);
    });
}

const formatPlan = ({ plan }: { readonly plan: RepairPlan }, page: Page): string => formatRepairPlan(plan, page);

/**
 * The trim that proves the repair. That it could not be done takes nothing from the repair itself, so it is told and
 * not thrown.
 */
async function trimAfter({
  context,
  desk,
  plan,
  evenIfTainted,
  isJson,
}: {
  context: CommandContext;
  desk: RemoteDesk;
  plan: RepairPlan;
  evenIfTainted: boolean;
  isJson: boolean;
}): Promise<Pick<RepairOutcome, 'trim' | 'notTrimmed'>> {
  let mounts: readonly string[] | null = [];
  try {
    mounts = findMounts(await desk.guests({ inventories: true }), plan);
    const request = { guest: plan.guestId ?? plan.guest, mounts, evenIfTainted };
    const trim = await trimPatiently(context, { desk, request, isJson });
    return { trim, notTrimmed: trim === null ? LEFT : null };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { detail } = error;
    if (mounts?.length === 0) return { trim: null, notTrimmed: detail };
    const later = `Then: trimtab trim ${[plan.guest, ...(mounts ?? [])].map(quote).join(' ')}`;
    return { trim: null, notTrimmed: { ...detail, hint: detail.hint === null ? later : `${detail.hint} ${later}` } };
  }
}

/**
 * The trim that found the disk ignoring has often just ended: the agent's own least time between two is then waited
 * for. Null: interrupted.
 */
async function trimPatiently(
  context: CommandContext,
  wanted: Parameters<typeof watchTrim>[1],
): Promise<TrimResult | null> {
  const { terminal, pause, interrupts } = context;
  const leaving = new AbortController();
  for (let waits = 0; !leaving.signal.aborted; waits += 1) {
    try {
      return await watchTrim(context, wanted);
    } catch (error) {
      if (!(error instanceof Fault) || error.detail.code !== 'too-soon' || waits === MOST_WAITS) throw error;
      if (waits === 0)
        say(terminal.err, 'the guest trimmed a moment ago and refuses another trim so soon; asking again');
      const giveBack = interrupts.take(() => leaving.abort());
      await pause.wait(WAIT_MS, leaving.signal);
      giveBack();
    }
  }
  return null;
}

/** Together longer than the agent's default of 10 s (minimum-interval). */
const WAIT_MS = 2_500;
const MOST_WAITS = 5;
