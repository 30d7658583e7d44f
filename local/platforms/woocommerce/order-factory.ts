import { type Micros, micros } from './micros.ts';
import type {
  Address,
  Coupon,
  Customer,
  LineMeta,
  Meta,
  MetaValue,
  Order,
  OrderStatus,
  Product,
  ProductLine,
  Shop,
  Variation,
} from './model.ts';
import { applyCoupons } from './order-coupons.ts';
import { netOf } from './tax.ts';
import { recalculate, type TaxContext } from './totals.ts';

/** A product line before it is priced. Without a product it is a manual line and needs `subtotal`. */
export interface DraftLine {
  readonly product?: Product;
  readonly variation?: Variation;
  readonly name?: string;
  readonly quantity: number;
  /** Net, for all pieces; default: the catalogue price. */
  readonly subtotal?: Micros;
  /** Net, for all pieces; default: `subtotal`. */
  readonly total?: Micros;
  readonly taxClass?: string;
  readonly meta?: readonly DraftMeta[];
}

export interface DraftMeta {
  readonly key: string;
  readonly value: MetaValue;
  readonly displayKey?: string;
  readonly displayValue?: MetaValue;
}

export interface DraftOrder {
  readonly status: OrderStatus;
  readonly createdAt: number;
  readonly orderKey: string;
  readonly customer?: Customer | undefined;
  readonly billing: Address;
  readonly shipping: Address;
  readonly currency?: string;
  readonly createdVia?: string;
  readonly customerIp?: string;
  readonly userAgent?: string;
  readonly cartHash?: string;
  readonly customerNote?: string;
  readonly paymentMethod?: string;
  readonly paymentMethodTitle?: string;
  readonly transactionId?: string;
  readonly meta?: readonly DraftMeta[];
  readonly lines: readonly DraftLine[];
  readonly shippingLines?: readonly { title: string; methodId: string; total: Micros }[];
  readonly feeLines?: readonly { name: string; total: Micros; taxable: boolean; taxClass?: string }[];
  readonly coupons?: readonly Coupon[];
}

const noAmounts = {
  discountTotal: 0n,
  discountTax: 0n,
  shippingTotal: 0n,
  shippingTax: 0n,
  cartTax: 0n,
  total: 0n,
  totalTax: 0n,
};

/** Prices, discounts and taxes a draft and adds it to the shop under the next free id. */
export function addOrder(context: TaxContext, draft: DraftOrder): Order {
  const { shop } = context;
  const { settings, ids } = shop;
  const order: Order = {
    id: ids.post++,
    status: draft.status,
    currency: draft.currency ?? settings.currency,
    version: settings.version,
    pricesIncludeTax: settings.pricesIncludeTax,
    createdAt: draft.createdAt,
    modifiedAt: draft.createdAt,
    paidAt: null,
    completedAt: null,
    customerId: draft.customer?.id ?? 0,
    orderKey: draft.orderKey,
    billing: draft.billing,
    shipping: draft.shipping,
    paymentMethod: draft.paymentMethod ?? '',
    paymentMethodTitle: draft.paymentMethodTitle ?? '',
    transactionId: draft.transactionId ?? '',
    createdVia: draft.createdVia ?? 'rest-api',
    customerIp: draft.customerIp ?? '',
    userAgent: draft.userAgent ?? '',
    cartHash: draft.cartHash ?? '',
    customerNote: draft.customerNote ?? '',
    meta: (draft.meta ?? []).map((meta) => newMeta(shop, meta)),
    lines: draft.lines.map((line) => newLine(context, line)),
    shippingLines: [],
    feeLines: [],
    couponLines: [],
    taxLines: [],
    totals: noAmounts,
    refundIds: [],
    statusBeforeTrash: null,
  };
  order.shippingLines = (draft.shippingLines ?? []).map((line) => ({
    id: ids.item++,
    ...line,
    taxStatus: 'taxable',
    taxes: [],
    meta: [],
  }));
  order.feeLines = (draft.feeLines ?? []).map(({ name, total, taxable, taxClass = '' }) => ({
    id: ids.item++,
    name,
    taxClass,
    taxStatus: taxable ? 'taxable' : 'none',
    total,
    taxes: [],
    meta: [],
  }));
  recalculate(context, order);
  applyCoupons(context, order, draft.coupons ?? []);
  shop.orders.set(order.id, order);
  return order;
}

/** Scalars come back as strings, as from WordPress; arrays and objects stay. */
export function newMeta(shop: Shop, { key, value }: DraftMeta): Meta {
  return { id: shop.ids.meta++, key, value: metaScalar(value) };
}

function metaScalar(value: MetaValue): MetaValue {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? '1' : '';
  return value ?? '';
}

export function newLineMeta(shop: Shop, draft: DraftMeta): LineMeta {
  const meta = newMeta(shop, draft);
  return { ...meta, displayKey: draft.displayKey ?? draft.key, displayValue: draft.displayValue ?? meta.value };
}

/** What one piece sells for in the catalogue; empty text when it has no price. */
export function catalogPrice(item: Pick<Product, 'regularPrice' | 'salePrice'>): string {
  return item.salePrice === '' ? item.regularPrice : item.salePrice;
}

/** Creates a priced line. Prices that include tax lose the tax of the store's own country, wherever the buyer is. */
export function newLine(context: TaxContext, draft: DraftLine): ProductLine {
  const { shop } = context;
  const { product, variation, quantity } = draft;
  const taxClass = draft.taxClass ?? (variation ? variation.taxClass : product?.taxClass) ?? '';
  const taxStatus = product?.taxStatus ?? 'taxable';
  const subtotal = draft.subtotal ?? catalogNet(context, draft, taxStatus === 'taxable' ? taxClass : undefined);
  const attributes = (variation?.attributes ?? []).map(({ name, slug, option }) => ({
    key: slug,
    value: option.toLowerCase(),
    displayKey: name,
    displayValue: option,
  }));
  return {
    id: shop.ids.item++,
    name: draft.name ?? lineName(product, variation),
    productId: product?.id ?? 0,
    variationId: variation?.id ?? 0,
    quantity,
    taxClass,
    taxStatus,
    subtotal,
    total: draft.total ?? subtotal,
    taxes: [],
    meta: [...attributes, ...(draft.meta ?? [])].map((meta) => newLineMeta(shop, meta)),
  };
}

function lineName(product: Product | undefined, variation: Variation | undefined): string {
  if (!product) return '';
  const options = variation?.attributes.map(({ option }) => option).join(', ');
  return options ? `${product.name} - ${options}` : product.name;
}

function catalogNet(
  context: TaxContext,
  { product, variation, quantity }: DraftLine,
  taxClass: string | undefined,
): Micros {
  const item = variation ?? product;
  const price = item ? catalogPrice(item) : '';
  const gross = price === '' ? 0n : micros(price) * BigInt(quantity);
  const { settings } = context.shop;
  if (!settings.pricesIncludeTax || taxClass === undefined) return gross;
  return netOf(gross, context.table.ratesFor(basePlace(context.shop), taxClass));
}

function basePlace({ settings }: Shop) {
  const [country = '', state = ''] = settings.baseCountry.split(':');
  return { country, state, postcode: settings.basePostcode, city: settings.baseCity };
}
