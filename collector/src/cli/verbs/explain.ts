import type { Command } from 'commander';
import type { Explanation } from '../../model/explanation.ts';
import { type CommandContext, UsageError } from '../command-context.ts';
import { EXIT } from '../exit-code.ts';
import { tellAnswer, toShown } from '../tell-answer.ts';
import { formatExplanations } from '../views/explain.ts';
import type { Page } from '../views/page.ts';

/** The view of the files, by the names that the person gave. */
const formatOf =
  (paths: readonly string[]) =>
  (explained: readonly Explanation[], page: Page): string =>
    formatExplanations({ paths: toShown(paths), explained, page });

export function addExplain(program: Command, context: CommandContext): void {
  program
    .command('explain')
    .description('tell what is understood of a domain XML, a command line or an image; reads nothing else')
    .argument('<file...>', 'what to read; - is standard input')
    .option('--json', 'print one JSON document')
    .option('--storage <FILE>', 'the storage.cfg of Proxmox VE, for a VMID.conf')
    .addHelpText(
      'after',
      `
Example:
  $ trimtab explain /proc/4711/cmdline
  $ virsh dumpxml web-1 | trimtab explain -

A file is a domain XML (virsh dumpxml), a command line of QEMU (a word a line,
or as in /proc/PID/cmdline), a VMID.conf of Proxmox VE, or an image, of which
only the header is read. Nothing that it names is opened, and no collector is
asked, so it can be sent with a report.
--json prints an array with an entry for each file: {kind, name, uuid, disks[{
name, image, format, nodes[{node, discard}], serial, wwn, address, readOnly,
passedThrough}], findings[{subject, sentence, hint}]}.
Exit codes: 0 each file is understood (findings do not count), 1 one is not, or
cannot be read, 2 wrong usage, 130 interrupted.`,
    )
    .action(async (paths: readonly string[], options: { json?: true; storage?: string }) => {
      const { terminal } = context;
      const storage = options.storage ?? null;
      if ([...paths, storage].filter((path) => path === '-').length > 1)
        throw new UsageError('- can stand for one file only');
      const explained = await context.explain({ paths, storage });
      tellAnswer({ terminal, answer: explained, isJson: options.json === true, format: formatOf(paths) });
      context.finish(explained.some(({ kind }) => kind === 'unknown') ? EXIT.error : EXIT.done);
    });
}
