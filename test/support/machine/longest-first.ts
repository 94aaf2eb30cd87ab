import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The longest on two idle processors, the longest first: begun last, one of them runs alone while the other processor
 * idles. What is not listed comes after them, in the order of the test runner.
 */
const LONGEST = [
  'lab',
  'doctor',
  'identity-proof',
  'demo',
  'thin-pool',
  'libvirt',
  'repair',
  'exactly-once',
  'identity',
  'schedule',
  'guest-causes',
  'eight-cases',
  'faults/guest',
  'guest',
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
