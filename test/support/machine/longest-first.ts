import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The longest on two idle processors, the longest first: begun last, one of them runs alone while the other processor
 * idles. What is not listed comes after them, in the order of the test runner.
 */
const LONGEST = [
  'lab',
  'faults/local-users',
  'doctor',
  'identity-proof',
  'libvirt-fixes',
  'thin-pool',
  'demo',
  'exactly-once',
  'libvirt',
  'lost-guest',
  'what-the-pool-got',
  'guest-causes',
  'repair',
  'guest',
  'schedule',
  'identity',
  'eight-cases',
  'faults/guest',
  'interrupts',
].map((name) => `/test/system/${name}.test.ts`);

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rest = await super.sort(files);
    return rest.toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  const place = LONGEST.findIndex((path) => moduleId.endsWith(path));
  return place === -1 ? LONGEST.length : place;
}
