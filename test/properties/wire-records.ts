import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { generateShop } from '#local/platforms/generator/shop.ts';
import type { Shop } from '#local/platforms/woocommerce/model.ts';
import { renderOrder } from '#local/platforms/woocommerce/render.ts';
import { renderCustomer, renderProduct } from '#local/platforms/woocommerce/render-catalog.ts';
import { zoneOf } from '#local/platforms/woocommerce/zone.ts';
import type { SourceRecord } from '#shared/connectors/source.ts';
import { registeredCustomer } from '#shared/connectors/woocommerce/customers.ts';
import { orderRecord } from '#shared/connectors/woocommerce/orders.ts';
import { productRecord } from '#shared/connectors/woocommerce/products.ts';
import { parseExact } from '#shared/core/json.ts';
import { hostileValue } from '#test/contract/arbitrary.ts';
import { changed, pathsOf } from '#test/contract/mutations.ts';

export type Wire = Readonly<Record<string, unknown>>;
export type Style = 'tax_exclusive' | 'tax_inclusive';
export type Entity = 'order' | 'customer' | 'product';

export const seeds = fc.integer({ min: 0, max: 2 ** 31 });
export const styles = fc.constantFrom<Style>('tax_exclusive', 'tax_inclusive');

export function randomShop(seed: number, style: Style, orders: number): Shop {
  return generateShop({ seed, style, orders, now: Date.parse('2026-11-20T12:00:00Z') });
}

/** What the shop's API would send, read as the product reads it: amounts stay text. */
export function wireRecords(shop: Shop, entity: Entity): Wire[] {
  const context = { shop, zone: zoneOf(shop.settings.timeZone), places: 2 };
  const rendered = {
    order: () => [...shop.orders.values()].map((order) => renderOrder(context, order)),
    customer: () => [...shop.customers.values()].map((customer) => renderCustomer(context, customer)),
    product: () => [...shop.products.values()].map((product) => renderProduct(context, product)),
  }[entity]();
  return rendered.map((record) => parseExact(JSON.stringify(record)) as Wire);
}

/** The record as mappings see it. @throws ZodError where the connector refuses what the shop sent. */
export function recordOf(entity: Entity, wire: Wire, currency: string): SourceRecord {
  if (entity === 'order') return orderRecord({ ...wire }, { currency });
  return entity === 'customer' ? registeredCustomer({ ...wire }, { currency }) : productRecord({ ...wire });
}

export interface Disturbance {
  /** Which place, counted from the first and around. */
  readonly place: number;
  readonly value: unknown;
}

export const disturbances: fc.Arbitrary<Disturbance[]> = fc.array(
  fc.record({ place: fc.nat(5000), value: hostileValue }),
  { maxLength: 6 },
);

/** The same with other values in some places. */
export function disturbed(value: unknown, changes: readonly Disturbance[]): unknown {
  return changes.reduce((before, { place, value: next }) => {
    const places = pathsOf(before);
    return changed(before, places[place % places.length] ?? [], next);
  }, value);
}

interface FieldRule {
  readonly type: string;
  readonly max?: number;
  readonly required?: boolean;
  readonly read_only?: boolean;
  readonly list?: boolean;
  readonly values?: readonly string[];
  readonly fields?: Readonly<Record<string, FieldRule>>;
}

const reference = JSON.parse(
  readFileSync(new URL('../fixtures/reference/quickbooks-fields.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, Readonly<Record<string, FieldRule>>>>;

/** What QuickBooks' field reference says against this payload, by path. */
export function faultsOfPayload(entity: string, payload: unknown): string[] {
  return faultsOf(reference[entity] ?? {}, payload, '');
}

function faultsOf(rules: Readonly<Record<string, FieldRule>>, value: unknown, at: string): string[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [`${at} is no object`];
  const members = value as Record<string, unknown>;
  // A null inside says that what was there is cleared; a document without one of its own members is none.
  const isMissing = (name: string) => members[name] === undefined || (at === '' && members[name] === null);
  const missing = Object.entries(rules).flatMap(([name, { required }]) =>
    required && isMissing(name) ? [`${at}${name} is required`] : [],
  );
  const wrong = Object.entries(members).flatMap(([name, member]) => {
    const rule = rules[name];
    if (!rule) return [`${at}${name} does not exist`];
    if (rule.read_only) return [`${at}${name} is read-only`];
    return member === null ? [] : faultsOfMember(rule, member, `${at}${name}`);
  });
  return [...missing, ...wrong];
}

/** References are marks until they are resolved. */
const isMark = (value: unknown): boolean =>
  value !== null && typeof value === 'object' && ('$ref' in value || '$step' in value);

function faultsOfMember(rule: FieldRule, value: unknown, at: string): string[] {
  if (rule.list) {
    if (!Array.isArray(value)) return [`${at} is no list`];
    if (rule.required && value.length === 0) return [`${at} is empty`];
    return value.flatMap((element, index) => faultsOf(rule.fields ?? {}, element, `${at}[${index}].`));
  }
  if (isMark(value)) return [];
  if (rule.type === 'ReferenceType') return faultsOf({ value: { type: 'String', required: true } }, value, `${at}.`);
  if (rule.fields) return faultsOf(rule.fields, value, `${at}.`);
  if (rule.type === 'Boolean') return typeof value === 'boolean' ? [] : [`${at} is no boolean`];
  if (rule.type === 'Decimal') {
    return /^-?\d+(\.\d+)?$/.test(String(value)) && typeof value !== 'object' ? [] : [`${at} is no decimal`];
  }
  if (typeof value !== 'string') return [`${at} is no text`];
  if (rule.type === 'Date' && !/^\d{4}-\d\d-\d\d$/.test(value)) return [`${at} is no date`];
  if (rule.values && !rule.values.includes(value)) return [`${at} is not one of ${rule.values.join()}`];
  if (!value.isWellFormed()) return [`${at} holds half a character`];
  return rule.max !== undefined && value.length > rule.max ? [`${at} has ${value.length} of ${rule.max}`] : [];
}
