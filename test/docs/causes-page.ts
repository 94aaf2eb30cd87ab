import { type Cause, type Effect, HOPS } from '@trimtab/protocol/causes';
import { ALL_CAUSES } from '../../collector/src/diagnose/causes.ts';
import { wrapProse } from './wrap-prose.ts';

const EFFECTS: Readonly<Record<Effect, string>> = {
  lost: 'lost: nothing comes back',
  held: 'held: discards arrive, and something keeps the space',
  stale: 'stale: the filesystem believes it has trimmed already',
  unmeasurable: 'unmeasurable: nobody on this host can see it',
  inconclusive: 'inconclusive: it cannot be told',
  note: 'note: no trim fails because of it',
};

const TITLE = '# What keeps a trim from giving space back?';

const INTRODUCTION = [
  "Every cause that a verdict can name, from the guest's filesystem down to the host's pool.",
  '`trimtab doctor` looks for all of them without a trim, `trimtab trim` names the one that a trim ran into,',
  "and `trimtab-agent probe --explain` knows the guest's half. Each prints the values that prove the cause in",
  'this case, and the commands that end it for this guest.',
].join(' ');

const ORIGIN = 'This page is made from the list in the sources (`npm run docs`); a test holds the two together.';

/** docs/causes.md, as the list of causes makes it. */
export function formatCausesPage(): string {
  const ordered = [...ALL_CAUSES].sort((one, other) => HOPS.indexOf(one.hop) - HOPS.indexOf(other.hop));
  const rows = ordered.map(({ id, hop, effect, title }) => `| [\`${id}\`](#${id}) | ${hop} | ${effect} | ${title} |`);
  const table = ['| cause | hop | effect | |', '| --- | --- | --- | --- |', ...rows].join('\n');
  const head = [TITLE, wrapProse({ text: INTRODUCTION }), ORIGIN, table].join('\n\n');
  return [head, '', ...ordered.map(formatCause)].join('\n');
}

function formatCause({ id, hop, effect, title, why, signal, cure }: Cause): string {
  return `## ${id}

${wrapProse({ text: title })}

${item(`**Takes hold at** *${hop}* (${EFFECTS[effect]}).`)}
${item(`**Why.** ${why}`)}
${item(`**What proves it.** ${signal}`)}
${item(`**What ends it.** ${cure}`)}
`;
}

function item(text: string): string {
  return wrapProse({ text: `- ${text}`, indent: '  ' });
}
