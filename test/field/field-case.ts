/** A test by its place: `file` from the root of the repository, `title` as it stands in its source. */
export interface HeldBy {
  readonly file: string;
  readonly title: string;
}

/** One thing that broke in the field, and the tests that hold what is right. */
export interface FieldCase {
  /** As the report of it is named; the inputs that came with it are in `test/fixtures`. */
  readonly name: string;
  /** What is right, in one sentence. */
  readonly right: string;
  readonly tests: readonly [HeldBy, ...HeldBy[]];
  /** How the tests were seen to fail: what was taken away from the code, or the commit that they were run on. */
  readonly seenToFail: string;
}
