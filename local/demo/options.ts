import { parseArgs } from 'node:util';

export interface StartOptions {
  /** Exit after the first sync. */
  readonly once: boolean;
  readonly orders: number;
  readonly seed: number;
  /** Port of the API; the simulators take the three after it. */
  readonly port: number;
  readonly dataDir: string | undefined;
  /** No demo shop and no simulators: for connecting real platforms. */
  readonly empty: boolean;
  readonly taxInclusive: boolean;
  readonly help: boolean;
}

export const usage = `Usage: npm start -- [options]

  --once            exit after the first sync; the last line is one JSON object
  --orders N        orders in the demo shop (default 200, at most 20000)
  --seed S          another shop, the same for the same number (default 1)
  --tax-inclusive   a German shop in EUR, prices with tax (default: a US shop in USD, prices without)
  --port P          port of the API (default 4000); the simulators follow: P+1 WooCommerce, P+2 QuickBooks, P+3 Supabase
  --data DIR        keep everything in DIR and go on from there next time
  --empty           no demo shop: connect real platforms through the API
  --help            this text`;

/** A mistake of the person who typed the command: one line, no stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @throws UsageError for anything that is not an option or not a value of one. */
export function readOptions(args: readonly string[]): StartOptions {
  const values = parse(args);
  const empty = values.empty === true;
  if (empty && (values.orders !== undefined || values['tax-inclusive'])) {
    throw new UsageError('--empty has no demo shop: leave out --orders and --tax-inclusive');
  }
  if (empty && values.once) throw new UsageError('--empty has nothing to sync: leave out --once');
  return {
    once: values.once === true,
    orders: number('--orders', values.orders ?? '200', 1, 20_000),
    seed: number('--seed', values.seed ?? '1', 0, 2_147_483_647),
    port: number('--port', values.port ?? '4000', 1, 65_530),
    dataDir: values.data,
    empty,
    taxInclusive: values['tax-inclusive'] === true,
    help: values.help === true,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        once: { type: 'boolean' },
        orders: { type: 'string' },
        seed: { type: 'string' },
        port: { type: 'string' },
        data: { type: 'string' },
        empty: { type: 'boolean' },
        'tax-inclusive': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    const [first = 'bad option'] = (error instanceof Error ? error.message : '').split(/[.\n]/);
    throw new UsageError(`${first} (see --help)`);
  }
}

function number(option: string, text: string, least: number, most: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`${option} takes a whole number from ${least} to ${most}, not ${JSON.stringify(text)}`);
}
