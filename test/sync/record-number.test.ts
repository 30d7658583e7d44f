import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { orderRecord } from '#shared/connectors/woocommerce/orders.ts';
import { parseExact } from '#shared/core/json.ts';
import { linkBase } from '#shared/sync/link-base.ts';
import { routes } from '#shared/sync/routes.ts';
import { addressFor } from '#shared/sync/work.ts';

const path = new URL('../fixtures/woocommerce/orders-a/o04_virtual_completed.json', import.meta.url);
const raw = parseExact(readFileSync(fileURLToPath(path), 'utf8')) as Record<string, unknown>;
const store = { currency: 'USD' };

function linkOf(order: Record<string, unknown>) {
  const [route] = routes;
  if (!route) throw new Error('no route');
  return linkBase('shop', addressFor(route, 'invoice', orderRecord(order, store)));
}

describe('the number of an order', () => {
  it('is kept with its links where it is not its id, as plugins for order numbers make it', () => {
    expect(linkOf({ ...raw, number: 'B-2026-17' })).toMatchObject({
      source_id: String(raw.id),
      source_number: 'B-2026-17',
    });
  });

  it('is not kept where it is its id', () => {
    expect(linkOf({ ...raw, number: String(raw.id) }).source_number).toBeUndefined();
  });
});
