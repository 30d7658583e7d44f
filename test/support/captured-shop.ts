import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type SimReply, type SimRequest, type SimulatorServer, startSimulator } from '#local/platforms/kit.ts';

const fixtures = join(import.meta.dirname, '../fixtures/woocommerce');

export interface CapturedOrder {
  readonly id: number;
  readonly number: string;
  readonly status: string;
  readonly currency: string;
  readonly total: string;
  readonly line_items: readonly unknown[];
  readonly shipping_lines: readonly unknown[];
  readonly fee_lines: readonly unknown[];
}

/** Orders recorded from a running store, the whole list and one of each kind, each once. */
export function capturedOrders(store: 'a' | 'b'): CapturedOrder[] {
  const files = globSync(`orders-${store}/*.json`, { cwd: fixtures });
  const single = files.map((file) => JSON.parse(readFileSync(join(fixtures, file), 'utf8')) as CapturedOrder);
  const all =
    store === 'a' ? (JSON.parse(readFileSync(join(fixtures, 'orders-a-all.json'), 'utf8')) as CapturedOrder[]) : [];
  const byId = new Map(
    [...all, ...single].filter(({ total }) => total !== undefined).map((order) => [order.id, order]),
  );
  return [...byId.values()].sort((a, b) => a.id - b.id);
}

/** Serves recorded orders as the store would. Its products and customers are gone: orders must carry what they need. */
export function startCapturedShop(store: 'a' | 'b'): Promise<SimulatorServer> {
  const orders = capturedOrders(store);
  const handle = ({ path, query }: SimRequest): SimReply => {
    if (path === '/wp-json/') {
      return {
        status: 200,
        body: { name: 'Captured', timezone_string: store === 'a' ? 'America/New_York' : 'Europe/Berlin' },
      };
    }
    if (path.endsWith('/settings/tax')) {
      return list([{ id: 'woocommerce_prices_include_tax', value: store === 'a' ? 'no' : 'yes' }], query);
    }
    if (path.endsWith('/settings/general'))
      return list([{ id: 'woocommerce_currency', value: store === 'a' ? 'USD' : 'EUR' }], query);
    if (path.endsWith('/orders')) return list(orders, query);
    if (/\/(products|customers)$/.test(path)) return list([], query);
    return {
      status: 404,
      body: { code: 'woocommerce_rest_invalid_id', message: 'Invalid ID.', data: { status: 404 } },
    };
  };
  return startSimulator({ name: 'captured shop', handle, crash: (error) => ({ status: 500, body: String(error) }) });
}

function list(rows: readonly unknown[], query: URLSearchParams): SimReply {
  const size = Number(query.get('per_page') ?? 10);
  const start = Number(query.get('offset') ?? (Number(query.get('page') ?? 1) - 1) * size);
  const headers = { 'x-wp-total': String(rows.length), 'x-wp-totalpages': String(Math.ceil(rows.length / size)) };
  return { status: 200, headers, body: rows.slice(start, start + size) };
}
