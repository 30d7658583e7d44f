import { jsonFile } from '#local/cloud/emulators/json-file.ts';
import type { Product, Shop } from '#local/platforms/woocommerce/model.ts';
import type { WooCommerceSimulator } from '#local/platforms/woocommerce/simulator.ts';
import { instant } from '#shared/core/clock.ts';
import { decimal, money } from '#shared/core/money.ts';
import { printReceipt, type Receipt, type ReceiptLine } from './receipt.ts';

/** Goods of which the demo shop has few pieces, so that one can count along. */
export interface Goods {
  readonly product: number;
  readonly sku: string;
  readonly name: string;
  readonly price: string;
  readonly tax_percent: string;
}

interface TillEvent {
  readonly client_id: string;
  readonly kind: 'sale.completed' | 'sale.refunded';
  readonly occurred_at: string;
  readonly register: string;
  readonly sequence: number;
  readonly data: Receipt;
}

/** The tills of the demo shop, as they come back from three days without a network. */
export interface Tills {
  readonly identity: { readonly name: string; readonly currency: string; readonly time_zone: string };
  readonly goods: readonly Goods[];
  /** In the order of their time. */
  readonly events: readonly TillEvent[];
  /** Nothing of it was ever sent. */
  readonly isNew: boolean;
}

type Memory = Pick<Tills, 'goods' | 'events'>;

const pieces = [7, 12, 20] as const;

/**
 * Opens the tills beside a shop: with what their memory in `dataDir` holds, or new ones, for which the shop begins to keep
 * stock of some goods.
 */
export function openTills({ shop, products }: WooCommerceSimulator, dataDir: string | undefined): Tills {
  const { currency, timeZone } = shop.settings;
  const identity = { name: 'Main street', currency, time_zone: timeZone };
  const file = jsonFile<Memory | undefined>(dataDir, 'tills.json');
  const known = file.load(undefined);
  if (known) return { identity, ...known, isNew: false };
  const goods = goodsOf(shop);
  goods.forEach(({ product }, index) => {
    products.edit(product, { manage_stock: true, stock_quantity: pieces[index] ?? 0 });
  });
  const memory = { goods, events: stories.map((story, index) => eventOf(story, index, shop, goods)) };
  file.save(memory);
  return { identity, ...memory, isNew: true };
}

function goodsOf({ settings, products, taxRates }: Shop): Goods[] {
  const [country, state = ''] = settings.baseCountry.split(':');
  const isOurs = (rate: (typeof taxRates)[number]): boolean =>
    rate.class === 'standard' && rate.country === country && ['', state].includes(rate.state);
  const isOrdinary = ({ sku, taxClass, virtual }: Product): boolean => /^P-/.test(sku) && taxClass === '' && !virtual;
  return [...products.values()]
    .filter(isOrdinary)
    .slice(0, pieces.length)
    .map(({ id, sku, name, regularPrice }) => ({
      product: id,
      sku,
      name,
      price: regularPrice,
      tax_percent: taxRates.find(isOurs)?.rate ?? '0',
    }));
}

interface Story {
  readonly register: string;
  readonly hoursAgo: number;
  readonly method: string;
  /** Pieces of each of the goods. */
  readonly pieces: readonly [number, number, number];
  readonly discount?: string;
  /** Something without a SKU beside the goods. */
  readonly beside?: { readonly name: string; readonly price: string };
  /** Brings back what this sale sold: its place in the list. */
  readonly returns?: number;
}

const stories: readonly Story[] = [
  { register: 'till-1', hoursAgo: 70, method: 'cash', pieces: [2, 0, 0] },
  { register: 'till-2', hoursAgo: 51, method: 'card', pieces: [0, 1, 1] },
  { register: 'till-1', hoursAgo: 47, method: 'card', pieces: [0, 0, 3], discount: '1.50' },
  { register: 'till-2', hoursAgo: 26, method: 'card', pieces: [1, 0, 0] },
  { register: 'till-2', hoursAgo: 4, method: 'cash', pieces: [0, 2, 0], beside: { name: 'Gift wrap', price: '2.50' } },
  { register: 'till-1', hoursAgo: 2, method: 'card', pieces: [1, 0, 0], returns: 3 },
];

const receiptId = (index: number): string => `receipt-${index + 1}`;

function eventOf(
  { register, hoursAgo, method, discount = '0.00', returns, ...story }: Story,
  index: number,
  { settings }: Shop,
  goods: readonly Goods[],
): TillEvent {
  const [first] = goods;
  const { currency, pricesIncludeTax: includesTax } = settings;
  const sold = goods.map((each, place) => ({ ...each, quantity: story.pieces[place] ?? 0 }));
  if (story.beside && first) sold.push({ ...first, ...story.beside, sku: '', quantity: 1 });
  const lines = sold
    .filter(({ quantity }) => quantity > 0)
    .map(({ name, sku, price, tax_percent, quantity }, place) => {
      const line = { name, quantity: String(quantity), unit_price: price, discount, tax_percent };
      const known = sku === '' ? {} : { sku };
      return { id: `line-${place + 1}`, ...known, ...line, tax: taxOf(line, includesTax) };
    });
  const id = receiptId(index);
  const number = `${register.slice(-1)}-${String(index + 1).padStart(4, '0')}`;
  const more = returns === undefined ? {} : { sale_id: receiptId(returns) };
  return {
    client_id: `${register}-${id}`,
    kind: returns === undefined ? 'sale.completed' : 'sale.refunded',
    occurred_at: instant(Date.now() - hoursAgo * 3_600_000),
    register,
    sequence: index + 1,
    data: printReceipt({ id, number, currency, includesTax, lines, method, more }),
  };
}

function taxOf(
  line: Pick<ReceiptLine, 'quantity' | 'unit_price' | 'discount' | 'tax_percent'>,
  includesTax: boolean,
): string {
  const amount = decimal(line.quantity).times(decimal(line.unit_price)).minus(decimal(line.discount));
  const percent = decimal(line.tax_percent);
  return money(amount.times(percent).div(includesTax ? percent.plus(100) : 100));
}
