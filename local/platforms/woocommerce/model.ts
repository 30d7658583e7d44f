import type { Micros } from './micros.ts';

/** Any JSON value a plugin may put into meta data. */
export type MetaValue = null | boolean | number | string | readonly MetaValue[] | { readonly [key: string]: MetaValue };

export interface Meta {
  readonly id: number;
  readonly key: string;
  readonly value: MetaValue;
}

/** Meta of an order line: with the readable twins WooCommerce adds. */
export interface LineMeta extends Meta {
  readonly displayKey: string;
  readonly displayValue: MetaValue;
}

/** Immutable: an edit replaces the whole address, so customers and orders may share one object. */
export interface Address {
  readonly first_name: string;
  readonly last_name: string;
  readonly company: string;
  readonly address_1: string;
  readonly address_2: string;
  readonly city: string;
  readonly state: string;
  readonly postcode: string;
  readonly country: string;
  readonly email: string;
  readonly phone: string;
}

export interface TaxRate {
  readonly id: number;
  readonly country: string;
  readonly state: string;
  /** Ranges `from...to` or single codes; empty for all. */
  readonly postcodes: readonly string[];
  /** Upper case; empty for all. */
  readonly cities: readonly string[];
  /** Percent with four decimals, e.g. `8.8750`. */
  readonly rate: string;
  readonly name: string;
  readonly priority: number;
  readonly compound: boolean;
  readonly shipping: boolean;
  readonly order: number;
  /** `standard`, `reduced-rate` or `zero-rate`. */
  readonly class: string;
}

/** Tax of one rate on one line, unrounded (six decimals). */
export interface LineTax {
  readonly rateId: number;
  readonly total: Micros;
  readonly subtotal: Micros;
}

/** `subtotal` is before and `total` after coupons, both without tax. */
export interface ProductLine {
  readonly id: number;
  readonly name: string;
  /** As sold. The product may be gone by now: see `renderOrder`. */
  readonly productId: number;
  readonly variationId: number;
  readonly quantity: number;
  /** Empty for the standard class. */
  readonly taxClass: string;
  readonly taxStatus: 'taxable' | 'none';
  readonly subtotal: Micros;
  readonly total: Micros;
  readonly taxes: readonly LineTax[];
  readonly meta: readonly LineMeta[];
}

export interface ShippingLine {
  readonly id: number;
  readonly title: string;
  readonly methodId: string;
  readonly total: Micros;
  readonly taxStatus: 'taxable' | 'none';
  readonly taxes: readonly LineTax[];
  readonly meta: readonly LineMeta[];
}

export interface FeeLine {
  readonly id: number;
  readonly name: string;
  readonly taxClass: string;
  readonly taxStatus: 'taxable' | 'none';
  readonly total: Micros;
  readonly taxes: readonly LineTax[];
  readonly meta: readonly LineMeta[];
}

export interface CouponLine {
  readonly id: number;
  readonly metaId: number;
  readonly coupon: Coupon;
  readonly discount: Micros;
  readonly discountTax: Micros;
}

/** One rate's share of an order; a copy, so it outlives the rate. */
export interface TaxLine {
  readonly id: number;
  readonly rate: TaxRate;
  readonly taxTotal: Micros;
  readonly shippingTaxTotal: Micros;
}

interface OrderTotals {
  readonly discountTotal: Micros;
  readonly discountTax: Micros;
  readonly shippingTotal: Micros;
  readonly shippingTax: Micros;
  readonly cartTax: Micros;
  readonly total: Micros;
  readonly totalTax: Micros;
}

export const orderStatuses = [
  'auto-draft',
  'pending',
  'processing',
  'on-hold',
  'completed',
  'cancelled',
  'refunded',
  'failed',
  'checkout-draft',
] as const;

export type OrderStatus = (typeof orderStatuses)[number] | 'trash';

/** Times are milliseconds since the epoch, whole seconds. */
export interface Order {
  readonly id: number;
  status: OrderStatus;
  readonly currency: string;
  readonly version: string;
  readonly pricesIncludeTax: boolean;
  readonly createdAt: number;
  modifiedAt: number;
  paidAt: number | null;
  completedAt: number | null;
  customerId: number;
  readonly orderKey: string;
  billing: Address;
  shipping: Address;
  paymentMethod: string;
  paymentMethodTitle: string;
  transactionId: string;
  createdVia: string;
  readonly customerIp: string;
  readonly userAgent: string;
  readonly cartHash: string;
  customerNote: string;
  meta: readonly Meta[];
  lines: readonly ProductLine[];
  shippingLines: readonly ShippingLine[];
  feeLines: readonly FeeLine[];
  couponLines: readonly CouponLine[];
  taxLines: readonly TaxLine[];
  totals: OrderTotals;
  refundIds: readonly number[];
  /** Where a trashed order came from. */
  statusBeforeTrash: OrderStatus | null;
}

/** Amounts are positive here and printed negative. An amount-only refund has no lines. */
export interface Refund {
  readonly id: number;
  readonly orderId: number;
  readonly createdAt: number;
  readonly amount: Micros;
  readonly reason: string;
  readonly meta: readonly Meta[];
  readonly lines: readonly ProductLine[];
  readonly shippingLines: readonly ShippingLine[];
  readonly feeLines: readonly FeeLine[];
  readonly taxLines: readonly TaxLine[];
}

interface ProductAttribute {
  readonly id: number;
  readonly name: string;
  readonly slug: string;
  readonly options: readonly string[];
}

export interface Product {
  readonly id: number;
  readonly type: 'simple' | 'variable' | 'external' | 'grouped';
  status: string;
  name: string;
  slug: string;
  sku: string;
  /** Decimal text; empty when there is no price. */
  regularPrice: string;
  salePrice: string;
  taxStatus: 'taxable' | 'none';
  /** Empty for the standard class. */
  taxClass: string;
  virtual: boolean;
  downloadable: boolean;
  manageStock: boolean;
  stockQuantity: number | null;
  description: string;
  shortDescription: string;
  weight: string;
  readonly attributes: readonly ProductAttribute[];
  variationIds: readonly number[];
  totalSales: number;
  meta: readonly Meta[];
  readonly createdAt: number;
  modifiedAt: number;
}

interface VariationAttribute {
  readonly id: number;
  readonly name: string;
  readonly slug: string;
  readonly option: string;
}

export interface Variation {
  readonly id: number;
  readonly parentId: number;
  status: string;
  /** Its own SKU; empty when it reports the parent's. */
  sku: string;
  regularPrice: string;
  salePrice: string;
  taxClass: string;
  virtual: boolean;
  manageStock: boolean;
  stockQuantity: number | null;
  description: string;
  readonly attributes: readonly VariationAttribute[];
  meta: readonly Meta[];
  readonly createdAt: number;
  modifiedAt: number;
}

export interface Customer {
  readonly id: number;
  readonly createdAt: number;
  modifiedAt: number | null;
  email: string;
  firstName: string;
  lastName: string;
  readonly role: string;
  readonly username: string;
  billing: Address;
  shipping: Address;
  isPayingCustomer: boolean;
  meta: readonly Meta[];
}

export interface Coupon {
  readonly id: number;
  readonly code: string;
  readonly discountType: 'percent' | 'fixed_cart' | 'fixed_product';
  /** Decimal text: percent or an amount. */
  readonly amount: string;
  readonly freeShipping: boolean;
  readonly expiresAt: number | null;
  readonly createdAt: number;
  readonly modifiedAt: number;
}

export interface ShopSettings {
  readonly name: string;
  /** `https://shop.example`, without a trailing slash: what links in answers carry. */
  readonly url: string;
  /** IANA zone. */
  readonly timeZone: string;
  readonly currency: string;
  readonly currencySymbol: string;
  readonly decimals: number;
  readonly pricesIncludeTax: boolean;
  /** `woocommerce_tax_round_at_subtotal`: totals are then rounded once and may miss the sum of the lines by a cent. */
  readonly roundAtSubtotal: boolean;
  readonly taxBasedOn: 'shipping' | 'billing';
  /** `US:NY` or `DE`. */
  readonly baseCountry: string;
  readonly baseCity: string;
  readonly basePostcode: string;
  /** Where orders live: HPOS tables or WordPress posts. Decides which edits bump date_modified. */
  readonly storage: 'hpos' | 'legacy';
  /** WooCommerce version, `10.5.0`. */
  readonly version: string;
}

export interface Webhook {
  readonly id: number;
  name: string;
  topic: string;
  status: 'active' | 'paused' | 'disabled';
  deliveryUrl: string;
  secret: string;
  readonly createdAt: number;
  modifiedAt: number | null;
  /** In a row. */
  failures: number;
  /** Its ping has not been answered with 200. */
  pendingPing: boolean;
}

/** Everything a store holds. Orders, refunds, products, variations and coupons share one id space, as in WordPress. */
export interface Shop {
  readonly settings: ShopSettings;
  readonly taxRates: TaxRate[];
  readonly orders: Map<number, Order>;
  readonly refunds: Map<number, Refund>;
  readonly products: Map<number, Product>;
  readonly variations: Map<number, Variation>;
  readonly customers: Map<number, Customer>;
  readonly coupons: Map<number, Coupon>;
  /** Absent until somebody makes one; numbers of their own. */
  webhooks?: Map<number, Webhook>;
  readonly ids: ShopIds;
}

/** Next free id of each kind. */
interface ShopIds {
  post: number;
  item: number;
  meta: number;
  user: number;
}

export const emptyAddress: Address = {
  first_name: '',
  last_name: '',
  company: '',
  address_1: '',
  address_2: '',
  city: '',
  state: '',
  postcode: '',
  country: '',
  email: '',
  phone: '',
};
