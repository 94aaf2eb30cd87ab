import { Fault, formatFault } from '@trimtab/protocol/shared';
import { Command, CommanderError } from 'commander';
import type { TextSink } from '../ports/terminal.ts';
import { type CommandContext, UsageError } from './command-context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { createInterrupts, Interrupted } from './interrupts.ts';
import { toPlainLines } from './plain-text.ts';
import { formatUsageError } from './usage-errors.ts';
import { addDoctor } from './verbs/doctor.ts';
import { addExplain } from './verbs/explain.ts';
import { addForget } from './verbs/forget.ts';
import { addGuests } from './verbs/guests.ts';
import { addHistory } from './verbs/history.ts';
import { addRepair } from './verbs/repair.ts';
import { addServe } from './verbs/serve.ts';
import { addStatus } from './verbs/status.ts';
import { addTrim } from './verbs/trim.ts';
import { wrapError } from './wrap-error.ts';

/** Runs one command line. Every error ends here: told once on stderr, and turned into an exit code. */
export async function runCli({
  args,
  ...outside
}: { args: readonly string[] } & Omit<CommandContext, 'finish' | 'interrupts'>): Promise<ExitCode> {
  const interrupts = createInterrupts(outside.terminal);
  let exitCode: ExitCode = EXIT.error;
  const context: CommandContext = {
    ...outside,
    interrupts,
    finish: (code) => {
      exitCode = code;
    },
  };
  try {
    await Promise.race([createProgram(context, args).parseAsync(args, { from: 'user' }), interrupts.left]);
  } catch (error) {
    exitCode = tellError(error, outside.terminal.err);
  }
  interrupts.stop();
  return interrupts.happened() && exitCode !== EXIT.done ? EXIT.interrupted : exitCode;
}

function tellError(error: unknown, err: TextSink): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.wrongUsage;
  err.write(`${wrapError(`trimtab: ${toPlainLines(describe(error))}`, err)}\n`);
  if (error instanceof Interrupted) return EXIT.interrupted;
  return isWrongUsage(error) ? EXIT.wrongUsage : EXIT.error;
}

/** A wrong usage that a command saw itself ends like one that commander saw. */
function describe(error: unknown): string {
  const text = formatFault(error);
  return error instanceof UsageError ? `${text}\n  trimtab --help shows what there is.` : text;
}

function createProgram(context: CommandContext, args: readonly string[]): Command {
  const { out, err } = context.terminal;
  const program = new Command('trimtab')
    .description("Proves what trimming a guest's filesystems gave back to this host.")
    .version(`trimtab ${context.version}`, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => out.write(text),
      writeErr: (text) => err.write(toPlainLines(text)),
      outputError: (text, write) =>
        write(`${wrapError(formatUsageError({ text, verb: verbOf(program, args) }).trimEnd(), err)}\n`),
      getOutHelpWidth: () => out.columns,
      getErrHelpWidth: () => err.columns,
    })
    .addHelpText(
      'after',
      '\nExample:\n  $ trimtab status\n\nExit codes: 0 done, 1 error, 2 wrong usage, 3 lost (trim --fail-on-lost),\n32 all failed, 64 some failed, 130 interrupted.\ntrimtab COMMAND --help tells more.',
    );
  addServe(program, context);
  addStatus(program, context);
  addGuests(program, context);
  addTrim(program, context);
  addRepair(program, context);
  addHistory(program, context);
  addDoctor(program, context);
  addForget(program, context);
  addExplain(program, context);
  return program;
}

/** The command that was called, if it is one. */
function verbOf(program: Command, [verb]: readonly string[]): string | null {
  return program.commands.some((command) => command.name() === verb) ? (verb ?? null) : null;
}

/** A flag with a value that cannot be is wrong usage; the same in the file or the environment is an error. */
function isWrongUsage(error: unknown): boolean {
  if (error instanceof UsageError) return true;
  return error instanceof Fault && error.detail.code === 'bad-setting' && error.detail.subject.startsWith('--');
}
