import { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { createInterrupts } from './interrupts.ts';
import { tellError } from './tell-error.ts';
import { formatUsageError } from './usage-errors.ts';
import { addAlerts } from './verbs/alerts/alerts.ts';
import { addDoctor } from './verbs/doctor.ts';
import { addExplain } from './verbs/explain.ts';
import { addExport } from './verbs/export.ts';
import { createFirstSteps, isBareCall } from './verbs/first-steps.ts';
import { addForecast } from './verbs/forecast.ts';
import { addForget } from './verbs/forget.ts';
import { addGuests } from './verbs/guests.ts';
import { addHistory } from './verbs/history.ts';
import { addImport } from './verbs/import.ts';
import { addRepair } from './verbs/repair.ts';
import { addReport } from './verbs/report.ts';
import { addServe } from './verbs/serve.ts';
import { addStatus } from './verbs/status.ts';
import { addTrim } from './verbs/trim.ts';
import { addEnroll } from './verbs/trust/enroll.ts';
import { addKeys } from './verbs/trust/keys.ts';
import { addTokens } from './verbs/trust/tokens.ts';
import { createWaiting } from './waiting.ts';
import { wrapError } from './wrap-error.ts';

/** Runs one command line. Every error ends here: told once, and turned into an exit code. */
export async function runCli({
  args,
  ...outside
}: { args: readonly string[] } & Omit<CommandContext, 'finish' | 'interrupts' | 'beginWaiting'>): Promise<ExitCode> {
  const interrupts = createInterrupts(outside.terminal);
  const waiting = createWaiting(outside);
  const { terminal } = waiting;
  let exitCode: ExitCode = EXIT.error;
  const context: CommandContext = {
    ...outside,
    terminal,
    interrupts,
    beginWaiting: waiting.begin,
    finish: (code) => {
      exitCode = code;
    },
  };
  const program = isBareCall(args)
    ? onTerminal(createFirstSteps(context), context, args)
    : createProgram(context, args);
  try {
    await Promise.race([program.parseAsync(args, { from: 'user' }), interrupts.left]);
  } catch (error) {
    exitCode = tellError({ error, verb: verbOf(program, args), terminal, isJson: wantsJson(args) });
  }
  waiting.end();
  interrupts.stop();
  return interrupts.happened() && exitCode !== EXIT.done ? EXIT.interrupted : exitCode;
}

const HELP = `
trimtab alone says what it sees, and which command comes next: as JSON with
--json, of another collector with --socket or --api as every command has them.
Its exit code is 1 where no collector runs.

Example:
  $ trimtab status

Exit codes: 0 done, 1 error, 2 wrong usage, 3 lost (trim --fail-on-lost),
32 all failed, 64 some failed, 130 interrupted.
trimtab COMMAND --help tells more.`;

function createProgram(context: CommandContext, args: readonly string[]): Command {
  const program = onTerminal(new Command('trimtab'), context, args)
    .description("Proves what trimming a guest's filesystems gave back to this host.")
    .version(`trimtab ${context.version}`, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', HELP);
  addServe(program, context);
  addStatus(program, context);
  addGuests(program, context);
  addTrim(program, context);
  addRepair(program, context);
  addHistory(program, context);
  addReport(program, context);
  addDoctor(program, context);
  addAlerts(program, context);
  addForecast(program, context);
  addForget(program, context);
  addEnroll(program, context);
  addKeys(program, context);
  addTokens(program, context);
  addExplain(program, context);
  addExport(program, context);
  addImport(program, context);
  return program;
}

/** It ends nothing by itself, and says what it says on this terminal. */
function onTerminal(program: Command, { terminal: { out, err } }: CommandContext, args: readonly string[]): Command {
  return program.exitOverride().configureOutput({
    writeOut: (text) => out.write(text),
    writeErr: (text) => err.write(text),
    outputError: (text, write) =>
      write(`${wrapError(formatUsageError({ text, verb: verbOf(program, args) }).trimEnd(), err)}\n`),
    getOutHelpWidth: () => out.columns,
    getErrHelpWidth: () => err.columns,
  });
}

/** Also of a command line that could not be understood otherwise. */
function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return (end === -1 ? args : args.slice(0, end)).includes('--json');
}

/** The command that was called, if it is one: `alerts silence` is one of `alerts`. */
function verbOf({ commands }: Command, [name, ...others]: readonly string[]): string | null {
  const command = commands.find((one) => one.name() === name);
  if (command === undefined) return null;
  const below = verbOf(command, others);
  return below === null ? command.name() : `${command.name()} ${below}`;
}
