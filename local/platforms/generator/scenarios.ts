import { micros } from '../woocommerce/micros.ts';
import type { Address, Customer } from '../woocommerce/model.ts';
import type { DraftLine, DraftOrder } from '../woocommerce/order-factory.ts';
import type { Catalog } from './catalog.ts';
import type { People } from './people.ts';
import type { Profile } from './profiles.ts';
import type { Random } from './random.ts';

export interface ScenarioContext {
  readonly random: Random;
  readonly catalog: Catalog;
  readonly people: People;
  readonly profile: Profile;
}

/** The parts of an order a scenario decides; the rest follows the ordinary course. */
type ScenarioDraft = Partial<DraftOrder> & Pick<DraftOrder, 'lines'>;

interface Scenario {
  readonly name: string;
  readonly weight: number;
  build(context: ScenarioContext): ScenarioDraft;
}

/** Pieces per line: mostly one or two, sometimes numbers that do not divide. */
const quantities = [
  { weight: 60, value: 1 },
  { weight: 22, value: 2 },
  { weight: 12, value: 3 },
  { weight: 4, value: 7 },
  { weight: 1, value: 33 },
  { weight: 1, value: 99 },
];

function shelfLine({ random, catalog }: ScenarioContext, quantity = random.weighted(quantities)): DraftLine {
  const product = random.pick(catalog.simple);
  const meta = product.manageStock ? [{ key: '_reduced_stock', value: String(quantity) }] : [];
  return { product, quantity, meta };
}

function shelfLines(context: ScenarioContext): DraftLine[] {
  return Array.from({ length: context.random.weighted(lineCounts) }, () => shelfLine(context));
}

const lineCounts = [
  { weight: 45, value: 1 },
  { weight: 30, value: 2 },
  { weight: 15, value: 3 },
  { weight: 8, value: 5 },
  { weight: 2, value: 12 },
];

function bySku({ catalog }: ScenarioContext, sku: string, quantity: number): DraftLine {
  const product = catalog.simple.find((candidate) => candidate.sku === sku);
  if (!product) throw new RangeError(`the catalogue lacks ${sku}`);
  return { product, quantity };
}

function variationLine({ random, catalog }: ScenarioContext): DraftLine {
  const [product, variation] = random.pick(catalog.variations);
  const engraved = random.chance(10)
    ? [
        { key: 'Gravur', value: 'Für Oma ❤' },
        { key: '_hidden', value: 'x' },
      ]
    : [];
  return { product, variation, quantity: random.weighted(quantities), meta: engraved };
}

/** A positive, a negative and an untaxed fee. */
const fees = [
  { name: 'Gift wrap', total: micros('4.50'), taxable: true },
  { name: 'Loyalty discount', total: micros('-3.33'), taxable: true },
  { name: 'Handling (non taxable)', total: micros('1.99'), taxable: false },
];

function withEmptyAddress(address: Address): Address {
  return { ...address, address_1: '', city: '', state: '', postcode: '', country: '', phone: '' };
}

const scenarios: readonly Scenario[] = [
  { name: 'shelf goods', weight: 430, build: (context) => ({ lines: shelfLines(context) }) },
  {
    name: 'variations',
    weight: 100,
    build: (context) => ({ lines: [variationLine(context), variationLine(context)] }),
  },
  { name: 'mixed', weight: 60, build: (context) => ({ lines: [...shelfLines(context), variationLine(context)] }) },
  {
    name: 'quantities that do not divide',
    weight: 60,
    build: (context) => ({
      lines: [
        bySku(context, 'THIRD-0333', 7),
        bySku(context, 'TEN-3', 3),
        bySku(context, 'SCREW-1C', context.random.pick([33, 99, 1000])),
        { ...bySku(context, 'MUG-1999', 3), subtotal: micros('10.00') },
      ],
    }),
  },
  {
    name: 'all tax classes',
    weight: 40,
    build: (context) => ({ lines: [shelfLine(context), bySku(context, 'BREAD-1', 11), bySku(context, 'NEWS-0', 2)] }),
  },
  {
    name: 'coupon',
    weight: 90,
    build: (context) => ({
      lines: shelfLines(context),
      coupons: [context.random.pick(context.catalog.coupons.ordinary)],
    }),
  },
  {
    name: 'two coupons',
    weight: 25,
    build: (context) => ({
      lines: [bySku(context, 'MUG-1999', 3), bySku(context, 'LAMP-SALE', 1)],
      coupons: context.random.chance(50)
        ? context.catalog.coupons.ordinary.slice(1, 4).filter(({ code }) => code !== 'fix5')
        : context.catalog.coupons.ordinary.slice(0, 3),
    }),
  },
  {
    name: 'free by coupon',
    weight: 12,
    build: (context) => ({
      lines: shelfLines(context),
      coupons: [context.catalog.coupons.free],
      shippingLines: [{ title: 'Free shipping', methodId: 'free_shipping', total: 0n }],
    }),
  },
  {
    name: 'free product',
    weight: 8,
    build: (context) => ({ lines: [bySku(context, 'FREE-0', 1)], shippingLines: [] }),
  },
  { name: 'fees', weight: 40, build: (context) => ({ lines: shelfLines(context), feeLines: fees }) },
  {
    name: 'negative fee larger than the order',
    weight: 6,
    build: (context) => ({
      lines: [bySku(context, 'SCREW-1C', 1)],
      shippingLines: [],
      feeLines: [{ name: 'Credit', total: micros('-10.00'), taxable: context.random.chance(50) }],
    }),
  },
  {
    name: 'two shipments',
    weight: 20,
    build: (context) => ({
      lines: shelfLines(context),
      shippingLines: context.profile.shipping
        .slice(0, 2)
        .map(({ title, methodId, total }) => ({ title, methodId, total: micros(total) })),
    }),
  },
  {
    name: 'vat exempt',
    weight: 15,
    build: (context) => ({ lines: shelfLines(context), meta: [{ key: 'is_vat_exempt', value: 'yes' }] }),
  },
  {
    name: 'overridden price',
    weight: 20,
    build: (context) => ({ lines: [{ ...bySku(context, 'MUG-1999', 3), total: micros('5.00') }, shelfLine(context)] }),
  },
  {
    name: 'deleted product',
    weight: 10,
    build: (context) => ({ lines: [{ product: context.catalog.doomedProduct, quantity: 2 }, shelfLine(context)] }),
  },
  {
    name: 'deleted variation',
    weight: 8,
    build: ({ catalog }) => ({
      lines: [{ product: catalog.doomedVariation[0], variation: catalog.doomedVariation[1], quantity: 1 }],
    }),
  },
  {
    name: 'deleted customer',
    weight: 8,
    build: (context) => ({ lines: shelfLines(context), ...asCustomer(context.people.doomed) }),
  },
  {
    name: 'manual line',
    weight: 10,
    build: () => ({
      lines: [{ name: 'Custom line, no product', quantity: 2, subtotal: micros('10.00') }],
      createdVia: 'admin',
    }),
  },
  {
    name: 'long line name',
    weight: 6,
    build: ({ catalog }) => ({
      lines: catalog.simple.filter(({ sku }) => sku.startsWith('LONG-')).map((product) => ({ product, quantity: 1 })),
    }),
  },
  {
    name: 'meta of every type',
    weight: 20,
    build: (context) => ({
      lines: shelfLines(context),
      customerNote: 'Please ring twice\n& leave at "door" <b>3</b> 🚪',
      meta: [
        { key: '_gift_message', value: 'Hi 🎁' },
        { key: 'number', value: 12 },
        { key: 'empty', value: '' },
        { key: 'list', value: ['x', 'y'] },
        { key: 'nested', value: { a: [1, '2', null, { b: true }], c: 1.5 } },
      ],
    }),
  },
  {
    name: 'block checkout',
    weight: 50,
    build: (context) => ({
      lines: shelfLines(context),
      createdVia: 'store-api',
      cartHash: context.random.code(32),
      customerIp: '203.0.113.7',
      userAgent: 'Mozilla/5.0 (simulated)',
    }),
  },
  { name: 'no lines', weight: 4, build: () => ({ lines: [], shippingLines: [] }) },
  {
    name: 'only a fee',
    weight: 4,
    build: () => ({
      lines: [],
      shippingLines: [],
      feeLines: [{ name: 'Deposit', total: micros('25.00'), taxable: true }],
    }),
  },
  {
    name: 'digital goods',
    weight: 20,
    build: (context) => ({ lines: [bySku(context, 'EBOOK-1', 1), bySku(context, 'SRV-HOUR', 2)], shippingLines: [] }),
  },
  {
    name: 'guest without address',
    weight: 6,
    build: (context) => {
      const billing = withEmptyAddress(context.random.pick(context.people.guests));
      return {
        lines: [shelfLine(context)],
        billing,
        shipping: { ...billing, email: '' },
        customer: undefined,
        shippingLines: [],
      };
    },
  },
];

/** Who buys, when the scenario does not say. */
export function buyer({ random, people }: ScenarioContext): Pick<DraftOrder, 'customer' | 'billing' | 'shipping'> {
  if (random.chance(55)) return asCustomer(random.pick(people.registered));
  const billing = random.pick(people.guests);
  return { customer: undefined, billing, shipping: { ...billing, email: '', phone: '' } };
}

function asCustomer(customer: Customer): Pick<DraftOrder, 'customer' | 'billing' | 'shipping'> {
  return { customer, billing: customer.billing, shipping: customer.shipping };
}

const scenarioWeights = scenarios.map((value) => ({ weight: value.weight, value }));

/** Every scenario appears among the first orders (one in three), then they follow their weights. */
export function pickScenario(random: Random, index: number): Scenario {
  const forced = index % 3 === 1 ? scenarios[(index - 1) / 3] : undefined;
  return forced ?? random.weighted(scenarioWeights);
}
