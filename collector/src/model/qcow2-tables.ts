/** What the tables of a qcow2 image count, as they stand in its file. */
export type Qcow2Tables =
  | {
      readonly kind: 'counted';
      /** Clusters that anything in the image refers to: the guest's data, snapshots, and its own tables. */
      readonly countedBytes: number;
      /**
       * Clusters that the guest's own L2 tables refer to; null where nobody needed to know, or the walk over them did
       * not end.
       */
      readonly mappedBytes: number | null;
    }
  /** Nothing follows from them. `why` is a sentence for people. */
  | { readonly kind: 'not-counted'; readonly why: string };
