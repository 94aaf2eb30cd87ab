import { createOneAtATime } from '../../coordinate/one-at-a-time.ts';
import type { TrimKey } from '../../model/trim-key.ts';
import type { Store } from '../../ports/store/store.ts';

type Written = Pick<Store, 'openTrim' | 'findOpenTrim' | 'withdrawTrim' | 'closeTrim'>;

/**
 * What is written of one trim is written in the order in which it was decided, also where the store does overlapping
 * calls in another: a grant that is taken back, because its guest left before it heard of it, must not take with it the
 * grant that the same trim was given when the guest came back. And what is being taken back is no loss: it is looked for
 * after that.
 */
export function inOrder<Kept extends Written>(store: Kept): Kept {
  const oneAtATime = createOneAtATime<string>();
  const toKey = ({ guestId, id }: TrimKey) => `${guestId} ${id}`;
  return {
    ...store,
    openTrim: (trim) => oneAtATime(toKey(trim), () => store.openTrim(trim)),
    findOpenTrim: (trim) => oneAtATime(toKey(trim), () => store.findOpenTrim(trim)),
    withdrawTrim: (trim) => oneAtATime(toKey(trim), () => store.withdrawTrim(trim)),
    closeTrim: (closed) =>
      oneAtATime(toKey({ guestId: closed.guestId, id: closed.result.id }), () => store.closeTrim(closed)),
  };
}
