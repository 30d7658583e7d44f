import { describe, expect, it } from 'vitest';
import { micros } from '#local/platforms/woocommerce/micros.ts';
import type { Address, Coupon, Product, Shop } from '#local/platforms/woocommerce/model.ts';
import { addOrder, type DraftLine } from '#local/platforms/woocommerce/order-factory.ts';
import { renderOrder } from '#local/platforms/woocommerce/render.ts';
import { taxTable } from '#local/platforms/woocommerce/tax.ts';
import { zoneOf } from '#local/platforms/woocommerce/zone.ts';
import { fixture, now, shopOf } from './woocommerce-support.ts';

/** Catalogue prices of the captured stores, where they differ from what a printed line can tell. */
const prices: Readonly<Record<string, string>> = {
  'THIRD-0333': '0.333',
  'BECHER-1999': '19.99',
  BUCH: '12.99',
  SCHRAUBE: '0.05',
  BERATUNG: '119.00',
};
const untaxed = new Set(['SRV-HOUR']);

// biome-ignore lint/suspicious/noExplicitAny: captured JSON
type Captured = any;

function capturedShop(style: 'tax_exclusive' | 'tax_inclusive', taxes: Captured[]): Shop {
  const shop = shopOf({ style, orders: 0 });
  shop.taxRates.splice(0, shop.taxRates.length, ...taxes);
  return shop;
}

function draftLine(shop: Shop, line: Captured, inclusive: boolean): DraftLine {
  const sku = String(line.sku);
  const [template] = shop.products.values();
  if (!template) throw new Error('the shop has products');
  const product: Product = {
    ...template,
    sku,
    taxClass: line.tax_class,
    taxStatus: untaxed.has(sku) ? 'none' : 'taxable',
    regularPrice: prices[sku] ?? '',
  };
  const overridden = line.subtotal !== line.total && line.name === 'Rounding Mug' ? { total: micros(line.total) } : {};
  if (inclusive || prices[sku]) return { product, quantity: line.quantity };
  return { product, quantity: line.quantity, subtotal: micros(line.subtotal), ...overridden };
}

function rebuild(name: string) {
  const inclusive = name.startsWith('orders-b');
  const captured = fixture(name);
  const shop = capturedShop(
    inclusive ? 'tax_inclusive' : 'tax_exclusive',
    fixture(`records/taxes-${inclusive ? 'b' : 'a'}.json`),
  );
  const coupons: Coupon[] = captured.coupon_lines.map((line: Captured) => ({
    id: 1,
    code: line.code,
    discountType: line.discount_type,
    amount: String(line.nominal_amount),
    freeShipping: line.free_shipping,
    expiresAt: null,
    createdAt: now,
    modifiedAt: now,
  }));
  const lines = captured.line_items.map((line: Captured) => draftLine(shop, line, inclusive));
  const order = addOrder(
    { shop, table: taxTable(shop.taxRates) },
    {
      status: captured.status,
      createdAt: now,
      orderKey: '',
      billing: captured.billing as Address,
      shipping: { ...captured.shipping, email: '' },
      lines: coupons.length > 0 ? lines.map(({ total: _, ...line }: DraftLine) => line) : lines,
      coupons,
      shippingLines: captured.shipping_lines.map((line: Captured) => ({
        title: line.method_title,
        methodId: line.method_id,
        total: micros(line.total === '4.12' ? '4.1176' : line.total),
      })),
      feeLines: captured.fee_lines.map((line: Captured) => ({
        name: line.name,
        total: micros(line.name === 'Credit' ? '-10.00' : line.total),
        taxable: line.tax_status === 'taxable',
      })),
    },
  );
  return { captured, ours: renderOrder({ shop, zone: zoneOf('UTC'), places: 2 }, order) as Captured };
}

const lineMoney = ({ name, quantity, subtotal, subtotal_tax, total, total_tax, taxes, price }: Captured) => ({
  ...{ name, quantity, subtotal, subtotal_tax, total, total_tax, taxes, price },
});

function moneyOf(order: Captured) {
  return {
    totals: ['discount_total', 'discount_tax', 'shipping_total', 'shipping_tax', 'cart_tax', 'total_tax', 'total'].map(
      (key) => `${key} ${order[key]}`,
    ),
    lines: order.line_items.map(lineMoney).map(({ name: _, ...money }: Captured) => money),
    shipping: order.shipping_lines.map(lineMoney),
    fees: order.fee_lines.map(lineMoney),
    taxes: order.tax_lines.map(({ id: _, ...line }: Captured) => line),
    coupons: order.coupon_lines.map(({ code, discount, discount_tax }: Captured) => ({ code, discount, discount_tax })),
  };
}

describe('order money', () => {
  it.each([
    'orders-a/o01_processing_3x1999_ny.json',
    'orders-a/o02_pending_multiline.json',
    'orders-a/o03_variations.json',
    'orders-a/o06_coupon_pct15.json',
    'orders-a/o07_coupon_fixcart.json',
    'orders-a/o08_two_coupons.json',
    'orders-a/o09_fees.json',
    'orders-a/o10_two_shipping.json',
    'orders-a/o11_compound_tax_qc.json',
    'orders-a/o13_la_two_rates.json',
    'orders-a/o16_custom_line_price.json',
    'orders-a/o17_deleted_product.json',
    'orders-a/o24_free100.json',
    'orders-a/o31_negative_fee_bigger.json',
    'orders-a/s01_line_without_product.json',
    'orders-b/o01_processing_3x1999_ny.json',
    'orders-b/o02_mixed_rates.json',
    'orders-b/o06_coupon_pct.json',
    'orders-b/o09_fees.json',
  ])('is computed to the cent and the sixth decimal as the real store did in %s', (name) => {
    const { captured, ours } = rebuild(name);

    expect(moneyOf(ours)).toEqual(moneyOf(captured));
  });
});
