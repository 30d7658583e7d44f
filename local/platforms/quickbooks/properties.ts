/**
 * What the simulator knows about one property of an entity. `readOnly` properties are accepted in a request and
 * overwritten, as the platform does with TotalAmt, Balance and the like.
 */
export type Property = PropertyKind & { readonly readOnly?: boolean };

type PropertyKind =
  | { readonly kind: 'text'; readonly max?: number; readonly label?: string; readonly forbidden?: RegExp }
  | { readonly kind: 'email'; readonly max: number }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'amount' | 'decimal' | 'integer' | 'flag' | 'date' | 'id' | 'ignored' }
  | { readonly kind: 'reference'; readonly to?: string }
  | { readonly kind: 'object'; readonly type: string; readonly fields: Fields }
  | { readonly kind: 'list'; readonly type: string; readonly fields: Fields };

export interface Fields {
  readonly [property: string]: Property;
}

/** Text of at most `max` characters; `label` is how fault 2050 names the element when not by its property name. */
export const text = (max?: number, label?: string): Property => ({
  kind: 'text',
  ...(max === undefined ? {} : { max }),
  ...(label === undefined ? {} : { label }),
});
/** A name: as text, but without the characters the platform refuses in it. */
export const nameText = (max: number, forbidden = /[:\t\n\r]/): Property => ({ kind: 'text', max, forbidden });
export const email = (max = 100): Property => ({ kind: 'email', max });
export const choice = (...values: string[]): Property => ({ kind: 'choice', values });
/** Money: two decimals in answers. */
export const amount = (): Property => ({ kind: 'amount' });
/** Quantity, price, percentage: unpadded in answers. */
export const quantity = (): Property => ({ kind: 'decimal' });
export const integer = (): Property => ({ kind: 'integer' });
export const flag = (): Property => ({ kind: 'flag' });
export const date = (): Property => ({ kind: 'date' });
/** A reference; with `to`, the target must exist and be active. */
export const reference = (to?: string): Property => ({ kind: 'reference', ...(to === undefined ? {} : { to }) });
export const object = (type: string, fields: Fields): Property => ({ kind: 'object', type, fields });
export const list = (type: string, fields: Fields): Property => ({ kind: 'list', type, fields });
/** Known to the platform, accepted, of no consequence here. */
export const ignored = (): Property => ({ kind: 'ignored', readOnly: true });
export const readOnly = (property: Property): Property => ({ ...property, readOnly: true });

/** Several properties of one kind. */
export function each(property: Property, ...names: string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, property]));
}

/** Names of all properties whose values are JSON numbers, nested ones included. */
export function numericNames(fields: Fields, into = new Set<string>()): Set<string> {
  for (const [name, property] of Object.entries(fields)) {
    if (property.kind === 'amount' || property.kind === 'decimal' || property.kind === 'integer') into.add(name);
    if (property.kind === 'object' || property.kind === 'list') numericNames(property.fields, into);
  }
  return into;
}
