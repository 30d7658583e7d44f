import type { SimReply, SimRequest } from '../kit.ts';
import type { ArgumentRules } from './arguments.ts';
import { dateFilter } from './dates.ts';
import { list, type Params, single } from './params.ts';
import type { Rendered } from './render-common.ts';
import type { RecordKind, Store } from './store.ts';

type SortKey = number | string;

/** How one kind of record is listed: a row of this table is all a collection endpoint needs. */
export interface Collection<T> {
  readonly kind: RecordKind;
  readonly rules: ArgumentRules;
  readonly defaults: { readonly orderby: string; readonly order: 'asc' | 'desc' };
  /** Sort keys by `orderby`; what is not named sorts by id. */
  readonly keys: Readonly<Record<string, (record: T) => SortKey>>;
  readonly times?: (record: T) => { readonly created: number; readonly modified: number };
  /** HPOS orders keep UTC only; posts keep a local column too. */
  readonly columns?: 'utc' | 'both';
  /** What a page beyond the end says about the total. */
  readonly beyondEnd: 'zero' | 'total';
  all(store: Store): Iterable<T>;
  id(record: T): number;
  filters(store: Store, params: Params): readonly ((record: T) => boolean)[];
  render(store: Store, record: T, params: Params): Rendered;
}

/** Rules every list shares. */
export const pagingRules: ArgumentRules = {
  page: { kind: 'integer', min: 1 },
  per_page: { kind: 'integer', min: 1, max: 100 },
  offset: { kind: 'integer' },
  order: { kind: 'enum', values: ['asc', 'desc'] },
  include: { kind: 'integers' },
  exclude: { kind: 'integers' },
};

export const dateRules: ArgumentRules = {
  after: { kind: 'date' },
  before: { kind: 'date' },
  modified_after: { kind: 'date' },
  modified_before: { kind: 'date' },
  dates_are_gmt: { kind: 'boolean' },
};

/** Parameters that choose a page or a form, not which records match. */
const notFilters = /^(page|per_page|offset|_fields|dp|context|consumer_|oauth_)/;
const maxResults = 24;

interface View {
  revision: number;
  readonly sorted: Map<string, readonly unknown[]>;
  readonly results: Map<string, readonly unknown[]>;
}

export interface Lister {
  list<T>(collection: Collection<T>, request: SimRequest, params: Params, scope?: (record: T) => boolean): SimReply;
}

/** Lists collections from sorted views that are kept until a record of their kind changes. */
export function createLister(store: Store): Lister {
  const views = new WeakMap<object, View>();

  const viewOf = (collection: { readonly kind: RecordKind }): View => {
    const revision = store.revision(collection.kind);
    const known = views.get(collection);
    if (known?.revision === revision) return known;
    const fresh: View = { revision, sorted: new Map(), results: new Map() };
    views.set(collection, fresh);
    return fresh;
  };

  const matching = <T>(
    collection: Collection<T>,
    request: SimRequest,
    params: Params,
    scope?: (record: T) => boolean,
  ) => {
    const view = viewOf(collection);
    const key = `${request.path}?${JSON.stringify(Object.entries(params).filter(([name]) => !notFilters.test(name)))}`;
    const known = view.results.get(key);
    if (known) return known as readonly T[];
    const found = select(store, collection, params, view, scope);
    if (view.results.size >= maxResults) view.results.clear();
    view.results.set(key, found);
    return found;
  };

  return {
    list(collection, request, params, scope) {
      const found = matching(collection, request, params, scope);
      return page(store, collection, request, params, found);
    },
  };
}

function select<T>(
  store: Store,
  collection: Collection<T>,
  params: Params,
  view: View,
  scope: ((record: T) => boolean) | undefined,
): readonly T[] {
  const orderby = single(params, 'orderby') ?? collection.defaults.orderby;
  const order = single(params, 'order') ?? collection.defaults.order;
  const tests = [...collection.filters(store, params), ...commonFilters(store, collection, params)];
  if (scope) tests.push(scope);
  const ascending = sorted(store, collection, orderby, view).filter((record) => tests.every((test) => test(record)));
  if (orderby === 'include') {
    const wanted = (list(params, 'include') ?? []).map(Number);
    return ascending.sort((a, b) => wanted.indexOf(collection.id(a)) - wanted.indexOf(collection.id(b)));
  }
  return order === 'desc' ? ascending.reverse() : ascending;
}

/** Ascending by key, then id; descending is the exact reverse, so ties follow the direction. */
function sorted<T>(store: Store, collection: Collection<T>, orderby: string, view: View): readonly T[] {
  const known = view.sorted.get(orderby);
  if (known) return known as readonly T[];
  const key = collection.keys[orderby] ?? collection.id;
  const fresh = [...collection.all(store)].sort(
    (a, b) => compareKeys(key(a), key(b)) || collection.id(a) - collection.id(b),
  );
  view.sorted.set(orderby, fresh);
  return fresh;
}

function compareKeys(a: SortKey, b: SortKey): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function commonFilters<T>(store: Store, collection: Collection<T>, params: Params): ((record: T) => boolean)[] {
  const tests: ((record: T) => boolean)[] = [];
  const include = list(params, 'include');
  if (include && include.length > 0) {
    const ids = new Set(include.map(Number));
    tests.push((record) => ids.has(collection.id(record)));
  }
  const exclude = new Set((list(params, 'exclude') ?? []).map(Number));
  if (exclude.size > 0) tests.push((record) => !exclude.has(collection.id(record)));
  const { times, columns = 'both' } = collection;
  if (!times) return tests;
  const created = dateFilter(params, ['after', 'before'], store.zone, columns);
  const modified = dateFilter(params, ['modified_after', 'modified_before'], store.zone, columns);
  if (!created.open) tests.push((record) => created.accepts(times(record).created));
  if (!modified.open) tests.push((record) => modified.accepts(times(record).modified));
  return tests;
}

function page<T>(
  store: Store,
  collection: Collection<T>,
  request: SimRequest,
  params: Params,
  found: readonly T[],
): SimReply {
  const perPage = Number(single(params, 'per_page') ?? 10);
  const number = Number(single(params, 'page') ?? 1);
  const offset = single(params, 'offset');
  const start = offset === undefined ? (number - 1) * perPage : Number(offset);
  const rows = found.slice(start, start + perPage);
  const total = rows.length === 0 && number > 1 && collection.beyondEnd === 'zero' ? 0 : found.length;
  const pages = Math.ceil(total / perPage);
  return {
    status: 200,
    headers: {
      'x-wp-total': String(total),
      'x-wp-totalpages': String(pages),
      link: pageLinks(store, request, number, pages),
    },
    body: rows.map((record) => collection.render(store, record, params)),
  };
}

/** Prev and next as WordPress writes them: its own address and every parameter of the request, keys included. */
function pageLinks({ shop }: Store, request: SimRequest, number: number, pages: number): string {
  const link = (target: number, rel: string): string => {
    const query = new URLSearchParams(request.query);
    query.set('page', String(target));
    return `<${shop.settings.url}${request.path}?${query}>; rel="${rel}"`;
  };
  const parts = [];
  if (number > 1) parts.push(link(Math.min(number - 1, pages), 'prev'));
  if (number < pages) parts.push(link(number + 1, 'next'));
  return parts.length > 0 ? parts.join(', ') : `<${shop.settings.url}/wp-json/>; rel="https://api.w.org/"`;
}
