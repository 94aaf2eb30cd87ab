import type { ImageState } from '../../model/image.ts';

type CommitPool = (image: ImageState) => Promise<boolean>;

interface Turn {
  readonly running: Promise<boolean>;
  /** Begins when the one that runs is over. */
  next: Promise<boolean> | null;
}

/**
 * One commit of a pool at a time, for a commit may take minutes. Who asks while one runs gets the next, with all others
 * who asked meanwhile: the one that runs may have begun before what they wait for was given up.
 */
export function shareCommits(commitPool: CommitPool): CommitPool {
  const turns = new Map<string, Turn>();

  function begin(key: string, image: ImageState): Promise<boolean> {
    const turn: Turn = { running: commitPool(image), next: null };
    turns.set(key, turn);
    const forget = () => {
      if (turn.next === null) turns.delete(key);
    };
    turn.running.then(forget, forget);
    return turn.running;
  }

  return (image) => {
    const key = image.pool ?? image.path;
    const turn = turns.get(key);
    if (turn === undefined) return begin(key, image);
    const beginNext = () => begin(key, image);
    turn.next ??= turn.running.then(beginNext, beginNext);
    return turn.next;
  };
}
