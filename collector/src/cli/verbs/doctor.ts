import type { Command } from 'commander';
import { type DoctorView, standsInTheWay } from '../../model/doctor.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-code.ts';
import { pageOf } from '../page-of.ts';
import { formatJson } from '../plain-text.ts';
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

--json prints {takenAt, guests[{name, agent, disks[{device, disk, image,
unmatched, hops{}, slack{}, nowBytes, afterFixesBytes, findings[{cause, hop,
effect, sentence, evidence[], fix{on, commands[], note, needsPowerCycle}, page,
seenByTrimAt}], lastTrim}], findings[]}], sum{}, estimateError{}, sources[],
findings[]}.
Exit codes: 0 clean (notes are no findings), 1 findings, an error, or something
could not be looked at: a guest without an agent, no guest at all;
2 wrong usage.`,
    )
    .action(async (guest: string | undefined, options: FaceOptions) => {
      const { terminal } = context;
      const view = await connectDesk(context, options).doctor(guest ?? null);
      terminal.out.write(options.json ? formatJson(view) : formatDoctor(view, pageOf(terminal)));
      context.finish(isClean(view) ? EXIT.done : EXIT.error);
    });
}

/** Was everything examined, and nothing found that keeps space from coming back? A guest without an agent was examined by half. */
function isClean({ guests, findings }: DoctorView): boolean {
  if (guests.length === 0 || guests.some(({ agent }) => agent !== 'connected')) return false;
  const found = guests.flatMap((guest) => [...guest.findings, ...guest.disks.flatMap((disk) => disk.findings)]);
  return findings.length === 0 && !found.some(standsInTheWay);
}
