import type { Command } from 'commander';
import { type DoctorView, standsInTheWay } from '../../model/doctor.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-code.ts';
import { tellAnswer } from '../tell-answer.ts';
import { formatDoctor } from '../views/doctor.ts';
import { addFaceOptions, connectDesk, type FaceOptions } from './socket-option.ts';

export function addDoctor(program: Command, context: CommandContext): void {
  const command = program
    .command('doctor')
    .description('find what keeps trims from giving space back, and how to mend it; changes nothing')
    .argument('[guest]', 'name or id, as `trimtab guests` shows it; all if left out');
  addFaceOptions(command)
    .addHelpText(
      'after',
      `
Example:
  $ trimtab doctor web-1

--json prints {takenAt, guests[{name, state, agent, isRevoked, announced,
disks[{device, disk, image, unmatched, hops{}, slack{}, nowBytes,
afterFixesBytes, findings[{cause, hop, effect, mount, sentence, evidence[],
fix{on, commands[], note, needsPowerCycle}, page, seenByTrimAt}], lastTrim}],
findings[]}], sum{}, fillable[], estimateError{}, sources[], findings[]}.
Exit codes: 0 nothing found (notes do not count), 1 findings, an error, or a
guest could not be examined as a whole: it is off, its agent is away, or there
is no guest; 2 wrong usage, 130 interrupted.`,
    )
    .action(async (guest: string | undefined, options: FaceOptions) => {
      const { terminal } = context;
      const view = await connectDesk(context, options).doctor(guest ?? null);
      tellAnswer({ terminal, answer: view, isJson: options.json === true, format: formatDoctor });
      context.finish(isClean(view) ? EXIT.done : EXIT.error);
    });
}

/**
 * Notes, and storage that cannot be measured, are no defects. A guest without a connected agent was examined by half
 * only.
 */
function isClean({ guests, findings }: DoctorView): boolean {
  if (guests.length === 0 || guests.some(({ state, announced }) => state !== 'connected' || !announced)) return false;
  const found = guests.flatMap((guest) => [...guest.findings, ...guest.disks.flatMap((disk) => disk.findings)]);
  return findings.length === 0 && !found.some(standsInTheWay);
}
