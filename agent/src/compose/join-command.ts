import { AGENT_PORT } from '@trimtab/protocol/channel';
import type { Token } from '@trimtab/protocol/joining';
import { Fault, toCause } from '@trimtab/protocol/shared';
import type { JoinArguments } from '../cli/arguments.ts';
import type { Answer } from '../cli/format-answer.ts';
import { formatJoined, formatShown, toShown } from '../cli/join-view.ts';
import { askSecret } from '../io/ask-secret.ts';
import { createFolder } from '../io/folder.ts';
import { createKeys } from '../io/keys.ts';
import { readStandardInput } from '../io/read-standard-input.ts';
import { readTextFile } from '../io/read-text-file.ts';
import { findPort } from '../io/serial-port.ts';
import { JOINED_FILE, readJoined } from '../join/joined-file.ts';
import { parseToken } from '../join/parse-token.ts';
import { parseAddress } from '../join/to-routes.ts';
import { isPending, seedInUse } from '../model/joined.ts';
import { formatAddress } from '../model/route.ts';
import { type AgentSettings, loadSettings } from '../settings.ts';
import { composeJoin } from './compose-join.ts';

/** `trimtab-agent join`. */
export async function joinOrShow({
  call,
  agentVersion,
  environment,
  signal,
  show,
}: {
  call: JoinArguments;
  agentVersion: string;
  environment: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
  show: <Shown>(answer: Answer<Shown>) => Promise<void>;
}): Promise<void> {
  const settings = await loadSettings({ ...call, environment, readText: readTextFile });
  if (call.show) {
    const shown = {
      channel: await findPort({ root: settings.root, name: AGENT_PORT }),
      ...(await readShown(settings)),
    };
    await show({ document: shown, shown, isJson: call.json, format: formatShown });
    return;
  }
  const token = withAddress({ token: await findToken(call, signal), settings, call });
  const isAddressGiven = call.flags.collector !== undefined;
  const joined = await composeJoin({
    settings,
    token,
    isAddressGiven,
    isAgain: call.again,
    agentVersion,
    environment,
    signal,
  });
  await show({ document: joined, shown: joined, isJson: call.json, format: formatJoined });
}

async function readShown({ stateDirectory }: AgentSettings) {
  const folder = createFolder(stateDirectory);
  const collectors = await readJoined({ folder, path: `${stateDirectory}/${JOINED_FILE}` });
  const keys = createKeys();
  return {
    collectors: collectors
      .filter((collector) => collector.joinedAt !== null || isPending(collector))
      .map((collector) => toShown({ collector, key: keys.publicKeyOf(seedInUse(collector)) })),
  };
}

/** Longer than any token. */
export const TOKEN_BYTES = 4096;

/** For whoever sits at a terminal. */
const PROMPT = 'The token that trimtab enroll GUEST printed on the host (it is not shown): ';

async function findToken({ token, tokenFile }: JoinArguments, signal: AbortSignal): Promise<Token> {
  if (token !== null) return parseToken({ text: token, place: 'TOKEN' });
  if (tokenFile !== null) return parseToken({ text: await readTokenFile(tokenFile), place: tokenFile });
  const text = process.stdin.isTTY
    ? await askSecret({ prompt: PROMPT, mostLetters: TOKEN_BYTES, signal })
    : await readStandardInput({ mostBytes: TOKEN_BYTES });
  if (text.trim() === '') throw missing();
  return parseToken({ text, place: 'standard input' });
}

function missing(): Fault {
  return new Fault({
    code: 'bad-token',
    operation: 'join',
    subject: 'TOKEN',
    cause: 'it is missing',
    hint: 'Give it as an argument, by --token-file FILE, or on standard input; trimtab enroll GUEST prints it on the host.',
  });
}

async function readTokenFile(path: string): Promise<string> {
  const cause = (text: string) =>
    new Fault({ code: 'bad-token', operation: 'join', subject: path, cause: text, hint: 'Name another --token-file.' });
  try {
    const text = await readTextFile(path);
    if (text !== null) return text;
  } catch (error) {
    throw cause(toCause(error));
  }
  throw cause('there is no such file');
}

/** An address that is given for this join is the first of those that are kept. */
function withAddress({
  token,
  settings: { collector },
  call: { flags },
}: {
  token: Token;
  settings: AgentSettings;
  call: JoinArguments;
}): Token {
  if (collector === null || flags.collector === undefined) return token;
  const first = formatAddress(collector);
  const others = token.addresses.filter((address) => address !== first && parseAddress(address).length > 0);
  return { ...token, addresses: [first, ...others] };
}
