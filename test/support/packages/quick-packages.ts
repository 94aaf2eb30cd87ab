import { join } from 'node:path';
import type { NodeProgram } from '../../../packaging/inputs/node-program.ts';
import { makePackages } from '../../../packaging/make-packages.ts';
import { listProducts } from '../../../packaging/products.ts';

/** As small as a program can be, where a Node.js that works is not needed. */
const STUB: NodeProgram = { version: '0.0.0', program: '/bin/true', license: 'Copyright: nobody' };

/** The paths of these packages, made without compression; by what `npm run packages --only` calls them. */
export async function makeQuickPackages<Id extends string>({
  ids,
  folder,
  node = 'real',
}: {
  readonly ids: readonly Id[];
  readonly folder: string;
  readonly node?: 'real' | 'stub';
}): Promise<Readonly<Record<Id, string>>> {
  const all = node === 'real' ? listProducts() : listProducts({ findNode: async () => STUB });
  const products = all.filter(({ id }) => (ids as readonly string[]).includes(id));
  const signal = new AbortController().signal;
  const made = await makePackages({ products, folder, isQuick: true, say: () => {}, signal });
  return Object.fromEntries(products.map(({ id }, index) => [id, join(folder, made[index]?.file ?? '')])) as Record<
    Id,
    string
  >;
}
