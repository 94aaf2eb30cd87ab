import { type Setting, type SettingsTable, toFlag, toVariable } from '@trimtab/protocol/shared';
import { wrapWords } from './wrap-words.ts';

const WIDTH = 98;

/**
 * A configuration file that changes nothing: every key of the table with its default, in comments. A key without a
 * default has its example, set in.
 */
export function formatExampleConfiguration({
  table,
  environmentPrefix,
  head,
}: {
  readonly table: SettingsTable;
  readonly environmentPrefix: string;
  /** What the file is of, in sentences. */
  readonly head: string;
}): string {
  const usual = `Each line below that begins with #key is the default of that key: take the # away to change it. A flag of the same name goes before this file, and so does the environment (${toVariable({ key: Object.keys(table)[0] ?? '', prefix: environmentPrefix })}, for one).`;
  const sections = Object.entries(table).map(([key, setting]) => formatKey(key, setting));
  return [comment(head), comment(usual), '', ...sections.flatMap((section) => [section, ''])]
    .join('\n')
    .trimEnd()
    .concat('\n');
}

function formatKey(key: string, setting: Setting<unknown>): string {
  const flag = toFlag(key);
  const standard = setting.default;
  // A list of tables has its own form in TOML, which a line cannot show.
  if (Array.isArray(standard))
    return comment(
      `${setting.describe} (one [[${flag}]] each). There is none unless one is given; see docs/how-to-configure.md.`,
    );
  if (standard === null)
    return [
      comment(`${setting.describe}. There is none unless it is given, as in`),
      `#   ${flag} = ${quoteExample(setting.example)}`,
    ].join('\n');
  return [comment(`${setting.describe}.`), `#${flag} = ${formatValue(standard)}`].join('\n');
}

function formatValue(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

/** Examples are written as a shell takes them: text with spaces is in quotes already. */
function quoteExample(example: string): string {
  return example.startsWith('"') ? example : JSON.stringify(example);
}

function comment(text: string): string {
  return wrapWords(text, WIDTH)
    .map((line) => `# ${line}`)
    .join('\n');
}
