import { createRandom } from '../../support/random.ts';

/** The least and the most. */
type Range = readonly [number, number];

/** Draws from one seed: the same ones on every machine. */
export class Dice {
  readonly #random: () => number;

  constructor(seed: number) {
    // Neighbours among small seeds begin alike; a multiplier by Knuth spreads them.
    this.#random = createRandom(Math.imul(seed + 1, 0x9e3779b1));
  }

  chance(probability: number): boolean {
    return this.#random() < probability;
  }

  between([least, most]: Range): number {
    return least + (most - least) * this.#random();
  }

  wholeBetween([least, most]: Range): number {
    return Math.floor(this.between([least, most + 1]));
  }

  /** As often from 1 to 10 as from 10 to 100. */
  scaleBetween([least, most]: Range): number {
    return Math.exp(this.between([Math.log(least), Math.log(most)]));
  }

  oneOf<Value>(values: readonly Value[]): Value {
    const value = values[Math.floor(this.#random() * values.length)];
    if (value === undefined) throw new Error('there is nothing to draw from');
    return value;
  }

  /** Of mean 0 and deviation 1 (Box and Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random());
  }

  /** Of mean 1: the time until the next of what happens at random. */
  exponential(): number {
    return -Math.log(1 - this.#random());
  }
}
