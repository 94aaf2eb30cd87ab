import type { Outcome } from '@trimtab/protocol';
import type { DiscardNode, Domain } from '../model/domain.ts';
import type { Hops } from '../model/trim-result.ts';

/** All that is known of one trim of one disk when the verdict is given; who measured what stands at each hop. */
export interface TrimEvidence {
  /** The guest's name on this host. */
  readonly guest: string;
  readonly outcomes: readonly Outcome[];
  readonly hops: Hops;
  readonly writtenBytes: number | null;
  readonly image: string | null;
  /** Why no image was matched. */
  readonly unmatched: string | null;
  readonly format: string | null;
  readonly nodes: readonly DiscardNode[];
  readonly source: Domain['source'] | null;
  /** Why the samples do not enclose the trim (collector away, image gone); null when they do. */
  readonly unbracketed: string | null;
  /** Why this host cannot see what the image takes; null when it can. */
  readonly unmeasured: string | null;
  /** Did the image's allocation still move when the collector stopped waiting? */
  readonly restless: boolean;
  /** What may hold clusters of this image, in words: `2 internal snapshots`. */
  readonly holders: readonly string[];
}
