import type { Meta, Shop } from './model.ts';
import { wallText, type Zone } from './zone.ts';

/** Everything rendering needs besides the record. */
export interface RenderContext {
  readonly shop: Shop;
  readonly zone: Zone;
  /** Decimals of amounts, the `dp` parameter. */
  readonly places: number;
}

export type Rendered = Record<string, unknown>;

/** `x` and `x_gmt`: wall clock of the store and UTC, neither with a zone suffix. */
export function datePair(zone: Zone, name: string, at: number | null): Rendered {
  return {
    [name]: at === null ? null : wallText(zone.toLocal(at)),
    [`${name}_gmt`]: at === null ? null : wallText(at),
  };
}

const allMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** The `_links` every record carries. */
export function links(
  shop: Shop,
  path: string,
  collection: string,
  extra: Rendered = {},
  allow = allMethods,
): Rendered {
  const base = `${shop.settings.url}/wp-json/wc/v3`;
  return {
    self: [{ href: `${base}/${path}`, targetHints: { allow } }],
    collection: [{ href: `${base}/${collection}` }],
    ...extra,
  };
}

export function href(shop: Shop, path: string): { href: string }[] {
  return [{ href: `${shop.settings.url}/wp-json/wc/v3/${path}` }];
}

export function renderMeta({ id, key, value }: Meta): Rendered {
  return { id, key, value };
}
