import { AGENT_BUNDLE } from './own-programs.ts';
import { type Program, startProgram } from './program.ts';

/** The agent on this host itself, for loop devices. It keeps its state in `<directory>/agent`. */
export function startHostAgent(options: {
  readonly directory: string;
  /** Of the collector on this host. */
  readonly port: number;
  readonly args?: readonly string[];
  /** Replaces this host's fstrim for the agent and its children alone. */
  readonly fstrim?: string;
  /** The user it runs as; root if absent. */
  readonly uid?: number;
}): Program {
  const { directory, port, args = [], fstrim, uid } = options;
  const state = ['--collector', `127.0.0.1:${port}`, '--state-directory', `${directory}/agent`];
  return startProgram(AGENT_BUNDLE, ['run', ...state, ...args], {
    through: [...(fstrim === undefined ? [] : withFstrim(fstrim)), ...(uid === undefined ? [] : asUser(uid))],
  });
}

/**
 * The agent looks for fstrim in the system's folders before PATH, so another one needs a mount namespace of its own
 * (unshare(1)), in which it lies over the real one.
 */
function withFstrim(path: string): readonly string[] {
  const script = 'mount --bind "$1" "$(readlink -f "$(command -v fstrim)")" && shift && exec "$@"';
  return ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', path];
}

/** The kernel forgets the signal of a dying parent when the user changes (prctl(2)), so it is set again. */
function asUser(uid: number): readonly string[] {
  return ['setpriv', '--reuid', `${uid}`, '--regid', `${uid}`, '--clear-groups', 'setpriv', '--pdeathsig', 'KILL'];
}
