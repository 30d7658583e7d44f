import type { Clock } from '#shared/core/clock.ts';
import type { Shop, Webhook } from './model.ts';
import type { RenderContext } from './render-common.ts';
import { taxTable } from './tax.ts';
import type { TaxContext } from './totals.ts';
import { type Zone, zoneOf } from './zone.ts';

export type RecordKind = 'orders' | 'refunds' | 'products' | 'variations' | 'customers' | 'coupons' | 'webhooks';

/** A shop being served: its data plus what must know about changes to it. */
export interface Store extends TaxContext, RenderContext {
  readonly shop: Shop;
  readonly zone: Zone;
  /** Whole seconds in milliseconds: the platform keeps no fractions. */
  now(): number;
  /** Says that records of a kind changed, so sorted views are stale. */
  touch(...kinds: RecordKind[]): void;
  revision(kind: RecordKind): number;
  /** Says that something happened which webhooks of a topic are for. */
  announce(topic: string, recordId: number): void;
  /** Says that a webhook was made or changed. */
  hookSaved(hook: Webhook): void;
}

/** Who is told of what webhooks are for. */
export type StoreListener = Pick<Store, 'announce' | 'hookSaved'>;

/** @param onChange called with every `touch` */
export function createStore(
  shop: Shop,
  clock: Clock,
  onChange: () => void = () => {},
  listener: () => StoreListener | undefined = () => undefined,
): Store {
  const revisions = new Map<RecordKind, number>();
  return {
    shop,
    zone: zoneOf(shop.settings.timeZone),
    table: taxTable(shop.taxRates),
    places: shop.settings.decimals,
    now: () => Math.floor(clock.now() / 1000) * 1000,
    touch: (...kinds) => {
      for (const kind of kinds) revisions.set(kind, (revisions.get(kind) ?? 0) + 1);
      onChange();
    },
    revision: (kind) => revisions.get(kind) ?? 0,
    announce: (topic, recordId) => listener()?.announce(topic, recordId),
    hookSaved: (hook) => listener()?.hookSaved(hook),
  };
}
