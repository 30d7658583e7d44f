import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateShop } from '#local/platforms/generator/shop.ts';
import type { Shop } from '#local/platforms/woocommerce/model.ts';
import { renderOrder, renderRefund } from '#local/platforms/woocommerce/render.ts';
import { zoneOf } from '#local/platforms/woocommerce/zone.ts';
import { canonicalJson } from '#shared/core/json.ts';
import { sum } from '#shared/core/money.ts';
import { cases } from '#test/support/seed.ts';
import { now, shopOf } from './woocommerce-support.ts';

interface PrintedOrder {
  readonly status: string;
  readonly total: string;
  readonly total_tax: string;
  readonly cart_tax: string;
  readonly shipping_tax: string;
  readonly date_created: string;
  readonly date_created_gmt: string;
  readonly line_items: readonly { total: string; total_tax: string; quantity: number }[];
  readonly shipping_lines: readonly { total: string; total_tax: string }[];
  readonly fee_lines: readonly { total: string; total_tax: string }[];
  readonly tax_lines: readonly {
    tax_total: string;
    shipping_tax_total: string;
    rate_percent: number;
    compound: boolean;
  }[];
  readonly refunds: readonly { total: string }[];
}

function printed(shop: Shop): PrintedOrder[] {
  const context = { shop, zone: zoneOf(shop.settings.timeZone), places: 2 };
  return [...shop.orders.values()].map((order) => renderOrder(context, order) as unknown as PrintedOrder);
}

function partsOf(order: PrintedOrder): string {
  const lines = [...order.line_items, ...order.shipping_lines, ...order.fee_lines].map(({ total }) => total);
  return sum([...lines, order.total_tax]).toFixed(2);
}

const styles = ['tax_exclusive', 'tax_inclusive'] as const;

describe.each(styles)('a generated %s shop', (style) => {
  it('has orders whose parts add up to the total exactly, whatever the seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (seed) => {
        for (const order of printed(shopOf({ seed, style, orders: 90 }))) {
          expect(partsOf(order)).toBe(order.total);
          expect(sum([order.cart_tax, order.shipping_tax]).toFixed(2)).toBe(order.total_tax);
          expect(sum(order.tax_lines.flatMap((line) => [line.tax_total, line.shipping_tax_total])).toFixed(2)).toBe(
            order.total_tax,
          );
          expect(
            sum(
              [...order.line_items, ...order.shipping_lines, ...order.fee_lines].map((line) => line.total_tax),
            ).toFixed(2),
          ).toBe(order.total_tax);
          expect(sum([order.total, ...order.refunds.map(({ total }) => total)]).gte(0)).toBe(true);
        }
      }),
      { numRuns: cases(15) },
    );
  });

  it('misses the sum by a cent in some orders when tax is rounded at the subtotal, never by more', () => {
    const shop = shopOf({ style, orders: 600, settings: { roundAtSubtotal: true } });
    const misses = printed(shop)
      .map((order) => sum([order.total, `-${partsOf(order)}`.replace('--', '')]).toFixed(2))
      .filter((miss) => miss !== '0.00');

    expect(misses.length).toBeGreaterThan(0);
    expect(misses.length).toBeLessThan(240);
    expect(new Set(misses.map((miss) => miss.replace('-', '')))).toEqual(new Set(['0.01']));
  });

  it('is the same for the same seed and another for another', () => {
    const text = (seed: number) => canonicalJson(printed(shopOf({ seed, style })));

    expect(text(5)).toBe(text(5));
    expect(text(5)).not.toBe(text(6));
  });

  it('is mostly processing and completed, with every other status somewhere', () => {
    const orders = printed(shopOf({ style, orders: 600 }));
    const count = (...wanted: string[]) =>
      orders.filter(({ status }) => wanted.includes(status)).length / orders.length;

    expect(count('processing', 'completed')).toBeGreaterThan(0.68);
    expect(count('processing', 'completed')).toBeLessThan(0.82);
    for (const status of ['pending', 'on-hold', 'cancelled', 'refunded', 'failed', 'checkout-draft', 'trash']) {
      expect(count(status), status).toBeGreaterThan(0);
    }
  });

  it('holds evening orders of another UTC day, both sides of summer time, and nothing from the future', () => {
    const shop = shopOf({ style, orders: 400 });
    const orders = printed(shop);
    const offsets = orders.map(
      (order) => Date.parse(`${order.date_created}Z`) - Date.parse(`${order.date_created_gmt}Z`),
    );
    const otherDay = orders.filter((order) => order.date_created.slice(0, 10) !== order.date_created_gmt.slice(0, 10));
    const latest = Math.max(
      ...[...shop.orders.values()].flatMap((order) => [order.modifiedAt, order.paidAt ?? 0, order.completedAt ?? 0]),
    );

    expect(new Set(offsets).size).toBe(2);
    expect(otherDay.length / orders.length).toBeGreaterThan(0.1);
    expect(latest).toBeLessThan(now);
    expect([...shop.orders.values()].every((order) => order.modifiedAt >= order.createdAt)).toBe(true);
  });

  it('has more orders in one modified second than fit on a page', () => {
    const seconds = Map.groupBy(shopOf({ style, orders: 700 }).orders.values(), (order) => order.modifiedAt);

    expect(Math.max(...[...seconds.values()].map((group) => group.length))).toBeGreaterThan(100);
  });

  it('pays as the payment method does', () => {
    const orders = [...shopOf({ style, orders: 500 }).orders.values()];
    const of = (method: string, status: string) =>
      orders.filter((order) => order.paymentMethod === method && order.status === status);

    expect(of('cod', 'processing').every(({ paidAt }) => paidAt === null)).toBe(true);
    expect(of('cod', 'completed').every(({ paidAt, completedAt }) => paidAt !== null && paidAt === completedAt)).toBe(
      true,
    );
    expect(of('bacs', 'on-hold').every(({ paidAt }) => paidAt === null)).toBe(true);
    expect(
      of('stripe', 'completed').every(({ paidAt, transactionId }) => paidAt !== null && transactionId !== ''),
    ).toBe(true);
    expect(
      [of('cod', 'processing'), of('bacs', 'on-hold'), of('stripe', 'completed')].every(({ length }) => length > 0),
    ).toBe(true);
  });

  it('refunds by line, by amount and in full, with lines that add up to a full refund', () => {
    const shop = shopOf({ style, orders: 800 });
    const context = { shop, zone: zoneOf(shop.settings.timeZone), places: 2 };
    const refunds = [...shop.refunds.values()];
    const full = refunds.filter(
      ({ reason, orderId }) => reason === 'Everything back' && shop.orders.get(orderId)?.refundIds.length === 1,
    );

    expect(refunds.some(({ lines }) => lines.length === 0)).toBe(true);
    expect(refunds.some(({ meta, lines }) => lines.length > 0 && meta[0]?.value === 'partial')).toBe(true);
    expect(full.length).toBeGreaterThan(0);
    for (const refund of full) {
      const shown = renderRefund(context, refund, false) as unknown as PrintedOrder & { amount: string };
      const lines = [...shown.line_items, ...shown.shipping_lines, ...shown.fee_lines];
      expect(sum(lines.flatMap(({ total, total_tax }) => [total, total_tax])).toFixed(2)).toBe(`-${shown.amount}`);
    }
  });
});

describe('generated people and goods', () => {
  const shop = shopOf({ orders: 400 });
  const orders = [...shop.orders.values()];

  it('include guests without e-mail, repeated e-mails and e-mails that differ only in case', () => {
    const guests = orders.filter(({ customerId }) => customerId === 0).map(({ billing }) => billing.email);
    const people = [...shop.customers.values()];
    const emails = new Set(people.map(({ email }) => email));

    expect(guests).toContain('');
    expect(new Set(guests).size).toBeLessThan(guests.length);
    expect([...emails].some((email) => email !== email.toLowerCase())).toBe(true);
    expect(
      people.filter(({ firstName, lastName }) => `${firstName} ${lastName}` === 'John Smith').length,
    ).toBeGreaterThan(1);
  });

  it('include names with quotes, colons, tabs, new lines, emoji, entities, tags and 200 characters', () => {
    const names = [...shop.customers.values()].flatMap(({ billing }) => [
      billing.first_name,
      billing.last_name,
      billing.company,
    ]);
    const goods = [...shop.products.values()].map(({ name }) => name);
    const all = [...names, ...goods];
    for (const sign of ['"', "'", ':', '\t', '\n', '🎉', '&amp;', '<b>', 'محمد']) {
      expect(
        all.some((name) => name.includes(sign)),
        JSON.stringify(sign),
      ).toBe(true);
    }
    expect(Math.max(...names.map(({ length }) => length))).toBeGreaterThan(200);
    expect(goods.length).toBeGreaterThan(new Set(goods).size);
  });

  it('include lines that do not divide, compound taxes, zero rates and free orders', () => {
    const shown = printed(shop);

    expect(shown.some((order) => order.line_items.some(({ quantity }) => quantity === 1000))).toBe(true);
    expect(shown.some((order) => order.tax_lines.some(({ compound }) => compound))).toBe(true);
    expect(shown.some((order) => order.tax_lines.some(({ rate_percent }) => rate_percent === 0))).toBe(true);
    expect(shown.some((order) => order.total === '0.00' && order.line_items.length > 0)).toBe(true);
  });

  it('come in any number', () => {
    expect(generateShop({ seed: 3, orders: 0, style: 'tax_exclusive', now }).orders.size).toBe(0);
    expect(generateShop({ seed: 3, orders: 1, style: 'tax_inclusive', now }).orders.size).toBe(1);
  });
});
