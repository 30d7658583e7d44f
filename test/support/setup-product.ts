import { buildConsole } from '../../scripts/console.ts';
import { prepareProduct } from './product.ts';

/** Once for all files, before the first: those that run side by side would each build the same. */
export async function setup(): Promise<void> {
  await Promise.all([prepareProduct(), buildConsole()]);
}
