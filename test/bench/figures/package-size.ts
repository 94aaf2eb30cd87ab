import { stat } from 'node:fs/promises';
import { type Made, makePackages } from '../../../packaging/make-packages.ts';
import { listProducts } from '../../../packaging/products.ts';
import type { Benchmark } from '../benchmark.ts';

const WITH_NODE = 'trimtab-agent.amd64.deb';
const WITHOUT = 'trimtab-agent-noarch.all.deb';

/** What a guest fetches, and what lies on its disk then. A tool that saves space has to say what it takes. */
export const packageSize: Benchmark = {
  figures: [
    { figure: 'package-size', unit: 'MB', bar: 30, bound: 'at most', decimals: 1 },
    { figure: 'package-on-disk', unit: 'MB', bar: 115, bound: 'at most', decimals: 1 },
    { figure: 'package-noarch', unit: 'KB', bar: 400, bound: 'at most', decimals: 1 },
  ],
  async measure({ directory, say, signal }) {
    const products = listProducts().filter(({ id }) => id === WITH_NODE || id === WITHOUT);
    const made = await makePackages({ products, folder: directory, isQuick: false, say, signal });
    const of = (id: string): Made => {
      const found = made[products.findIndex((product) => product.id === id)];
      if (found === undefined) throw new Error(`${id} was not made`);
      return found;
    };
    const node = `Node itself: ${((await stat(process.execPath)).size / 1e6).toFixed(1)} MB`;
    const whole = of(WITH_NODE);
    return {
      'package-size': { value: whole.bytes / 1e6, against: node },
      'package-on-disk': { value: whole.installedBytes / 1e6, against: node },
      'package-noarch': {
        value: of(WITHOUT).bytes / 1e3,
        against: `with its own Node: ${(whole.bytes / 1e3).toFixed(0)} KB`,
      },
    };
  },
};
