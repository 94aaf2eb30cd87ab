import { readFileSync } from 'node:fs';
import { Fault, tellTomlLine, toCause } from '@trimtab/protocol/shared';
import { parse, TomlError } from 'smol-toml';

export interface ConfigurationFile {
  readonly path: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/**
 * The configuration file: the one that was named, which must be there, else the standard one, or null without it.
 * Throws a Fault `no-configuration` or `bad-configuration`.
 */
export function readConfiguration({
  named,
  standard,
}: {
  named: string | null;
  standard: string;
}): ConfigurationFile | null {
  const path = named ?? standard;
  const text = readText(path, named !== null);
  if (text === null) return null;
  try {
    return { path, content: parse(text) };
  } catch (error) {
    throw toFault({ path, text, error });
  }
}

function readText(path: string, required: boolean): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (!required && (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Fault({
      code: 'no-configuration',
      operation: 'read the configuration',
      subject: path,
      cause: toCause(error),
      hint: 'Name a file that can be read, or leave --config out for the defaults.',
    });
  }
}

function toFault({ path, text, error }: { path: string; text: string; error: unknown }): unknown {
  if (!(error instanceof TomlError)) return error;
  const [first = ''] = error.message.split('\n');
  return new Fault({
    code: 'bad-configuration',
    operation: 'read the configuration',
    subject: `${path}, line ${error.line}, column ${error.column}`,
    cause: first.replace(/^Invalid TOML document: /, ''),
    hint: `A line is KEY = VALUE with text in quotes: listen = "127.0.0.1:7461".${tellTomlLine({ text, line: error.line })}`,
  });
}
