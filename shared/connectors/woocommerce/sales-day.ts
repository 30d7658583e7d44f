import type { JsonObject } from '../../core/json.ts';
import { decimal, exactMoney, money, plainDecimal, sum, unitPriceFor } from '../../core/money.ts';
import type { EmbeddedRecord, SourceRecord } from '../source.ts';
import { customerRecord } from './people.ts';

/** What is read of canonical orders and their postings. */
interface Posting {
  readonly kind: string;
  readonly product_ref: string | null;
  readonly name: string;
  readonly quantity: string;
  readonly total: string;
  readonly tax_total: string;
  readonly taxed: string;
  readonly tax_percent: string;
  readonly tax_rates: string;
}
interface Order {
  readonly status: string;
  readonly total: string;
  readonly tax_total: string;
  readonly paid_at: string | null;
  readonly payment: { readonly method: string; readonly title: string };
  readonly postings: readonly Posting[];
}

export interface DayKey {
  readonly day: string;
  readonly currency: string;
}

/** `2026-11-28@USD`. */
export const salesDayId = ({ day, currency }: DayKey): string => `${day}@${currency}`;

export function parseSalesDayId(id: string): DayKey | undefined {
  const [, day, currency] = /^(\d{4}-\d\d-\d\d)@([A-Z]{3})$/.exec(id) ?? [];
  return day === undefined || currency === undefined || Number.isNaN(Date.parse(day)) ? undefined : { day, currency };
}

/**
 * All orders of one day in one currency as one record, which adds up to them to the cent. Orders are kept apart by status,
 * by whether they are paid and by how, because it is for the mapping to say which of them are posted; within such a group
 * there is one line per product and tax rate. A day without orders has no groups.
 */
export function salesDayRecord(key: DayKey, orders: readonly SourceRecord[]): SourceRecord {
  const { day, currency } = key;
  const groups = Map.groupBy(orders, ({ data }) => {
    const { status, paid_at, payment } = data as unknown as Order;
    return JSON.stringify([status, paid_at !== null, payment.method, payment.title]);
  });
  const modified = orders.map(({ modified_at }) => modified_at ?? '').sort();
  const customer = dayCustomer(currency);
  return {
    entity: 'sales_day',
    id: salesDayId(key),
    label: `Sales of ${day} (${currency})`,
    number: numberOf(key),
    modified_at: modified.at(-1) || null,
    raw: {},
    embedded: [{ record: customer, authoritative: true }, ...productsOf(orders)],
    data: {
      day,
      currency,
      number: numberOf(key),
      customer: { ref: customer.id },
      groups: [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, members]) => groupOf(members)),
    },
  };
}

/** At most ten characters, so that it fits behind the longest prefix. */
function numberOf({ day, currency }: DayKey): string {
  return `D${day.slice(2).replaceAll('-', '')}${currency}`;
}

function groupOf(records: readonly SourceRecord[]): JsonObject {
  const orders = records.map(({ data }) => data as unknown as Order);
  const [first] = orders;
  const title = first?.payment.title ?? '';
  const postings = orders.flatMap((order) => order.postings);
  return {
    status: first?.status ?? '',
    paid: first?.paid_at === null ? 'no' : 'yes',
    payment: { method: first?.payment.method ?? '', title },
    count: orders.length,
    orders: records.map(({ id }) => id),
    total: exactMoney(sum(orders.map(({ total }) => total))),
    tax_total: exactMoney(sum(orders.map(({ tax_total }) => tax_total))),
    lines: linesOf(postings, title, ({ kind, product_ref, name }) =>
      kind === 'product' ? [product_ref, product_ref === null ? name : ''] : [],
    ),
    /** The same with the products left together. */
    rates: linesOf(postings, title, () => []).map((line) =>
      line.kind === 'product' ? { ...line, quantity: '1', unit_price: line.total, ...titled('Sales', title) } : line,
    ),
  };
}

/** One line for each kind, tax rate, and whatever else keeps postings apart. */
function linesOf(
  postings: readonly Posting[],
  title: string,
  apart: (posting: Posting) => readonly unknown[],
): JsonObject[] {
  const groups = Map.groupBy(postings, (posting) =>
    JSON.stringify([posting.kind, posting.tax_percent, posting.taxed, ...apart(posting)]),
  );
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, members]) => lineOf(members, title));
}

const titled = (name: string, title: string) => ({ name, description: title === '' ? name : `${name}, ${title}` });

const kinds: Readonly<Record<string, string>> = { shipping: 'Shipping', fee: 'Fees' };

function lineOf(postings: readonly Posting[], title: string): JsonObject {
  const [first] = postings;
  if (!first) return {};
  const { kind, product_ref, taxed, tax_percent, tax_rates } = first;
  const total = money(sum(postings.map((posting) => posting.total)));
  const count = kind === 'product' ? plainDecimal(sum(postings.map(({ quantity }) => quantity))) : '1';
  return {
    kind,
    product_ref,
    ...titled(kinds[kind] ?? first.name, title),
    quantity: count,
    unit_price: decimal(count).eq(0) ? null : (unitPriceFor(total, count) ?? null),
    total,
    tax_total: money(sum(postings.map((posting) => posting.tax_total))),
    taxed,
    tax_percent,
    tax_rates,
  };
}

/** Whom the books name where a day stands for many customers; one per currency, because theirs never changes. */
export function dayCustomer(currency: string): SourceRecord {
  return customerRecord({
    id: `sales:${currency}`,
    email: '',
    billing: {},
    shipping: {},
    firstName: 'Web shop',
    lastName: `sales ${currency}`,
    currency,
    qualifier: `sales ${currency}`,
    isGuest: true,
    createdAt: null,
    modifiedAt: null,
    raw: {},
  });
}

/** Each product once: a day has many orders of it. */
function productsOf(orders: readonly SourceRecord[]): EmbeddedRecord[] {
  const products = new Map<string, EmbeddedRecord>();
  for (const { embedded = [] } of orders) {
    for (const one of embedded) {
      if (one.record.entity === 'product' && !products.has(one.record.id)) products.set(one.record.id, one);
    }
  }
  return [...products.values()];
}
