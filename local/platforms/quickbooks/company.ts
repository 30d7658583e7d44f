import type { Big } from 'big.js';
import type { Clock } from '#shared/core/clock.ts';
import { errors, refuse } from './faults.ts';
import type { CompanySettings } from './settings.ts';
import { type EntityName, type EntitySpec, entityNames, type Operation } from './specs/entity-spec.ts';
import { specOf } from './specs/index.ts';
import { type Stored, Table } from './table.ts';
import { isRow, type Row, refOf, type Value } from './values.ts';
import { zonedDay, zonedTime } from './zone.ts';

/** What the platform counted for one company and app since the start. */
export interface Meters {
  /** HTTP calls that were answered, throttled ones excluded. */
  calls: number;
  batches: number;
  batch_items: number;
  /** Creates, updates, deletes and voids that succeeded: data in, free of charge. */
  writes: number;
  /** Reads, queries and CDC calls that succeeded: data out, metered (CorePlus). */
  metered_reads: number;
  throttled: number;
}

/** A change as webhooks announce it. */
export interface ChangeEvent {
  readonly realmId: string;
  readonly entity: EntityName;
  readonly id: string;
  readonly operation: 'Create' | 'Update' | 'Delete' | 'Void';
  readonly at: number;
}

export interface CompanyIdentity {
  readonly realmId: string;
  readonly companyName: string;
  readonly country: string;
  readonly homeCurrency: string;
  readonly timeZone: string;
}

const currencyNames: Readonly<Record<string, string>> = {
  USD: 'United States Dollar',
  EUR: 'Euro',
  GBP: 'British Pound Sterling',
  CAD: 'Canadian Dollar',
};

/** Last number given out of each kind. */
export interface CompanyCounters {
  transaction: number;
  address: number;
  docNumber: number;
  /** Ids of the name lists; one that is absent goes on from the highest id stored. */
  names: Map<EntityName, number>;
}

/** The books of one company: tables, identity, settings and what links transactions. */
export class Company {
  readonly identity: CompanyIdentity;
  readonly settings: CompanySettings;
  readonly clock: Clock;
  readonly tables = new Map<EntityName, Table>();
  readonly meters: Meters = { calls: 0, batches: 0, batch_items: 0, writes: 0, metered_reads: 0, throttled: 0 };
  /** Amounts payments applied, by `Invoice:12` and payment id. */
  readonly applied = new Map<string, Map<string, Big>>();
  /** Deposit that holds a transaction, by `Payment:12`. */
  readonly deposited = new Map<string, string>();
  onChange: ((event: ChangeEvent) => void) | undefined;
  readonly counters: CompanyCounters = { transaction: 0, address: 0, docNumber: 1000, names: new Map() };

  constructor(identity: CompanyIdentity, settings: CompanySettings, clock: Clock) {
    this.identity = identity;
    this.settings = settings;
    this.clock = clock;
    for (const name of entityNames) this.tables.set(name, new Table(specOf(name)));
  }

  get home(): string {
    return this.identity.homeCurrency;
  }

  get isUS(): boolean {
    return this.identity.country === 'US';
  }

  table(name: EntityName): Table {
    const table = this.tables.get(name);
    if (!table) throw new Error(`no table ${name}`);
    return table;
  }

  /** `2020-09-29T05:58:16.187-07:00` */
  time(): string {
    return zonedTime(this.clock.now(), this.identity.timeZone, true);
  }

  today(): string {
    return zonedDay(this.clock.now(), this.identity.timeZone);
  }

  currencyRef(code: string): Row {
    return { value: code, name: currencyNames[code] ?? code };
  }

  /** `{value, name}` of an object that exists; `active` refuses inactive ones with 610. */
  lookUp(name: EntityName, id: string | undefined, element: string): Stored {
    const entry = id === undefined ? undefined : this.table(name).get(id);
    if (!entry) return refuse(isPerson(name) ? errors.notFound() : errors.invalidReference(element));
    if (entry.body.Active === false) return refuse(errors.notFound());
    return entry;
  }

  nextDocNumber(): string {
    this.counters.docNumber += 1;
    return String(this.counters.docNumber);
  }

  nextAddressId(): string {
    this.counters.address += 1;
    return String(this.counters.address);
  }

  /** Adds an object. Transactions share one sequence of ids, each name list has its own. */
  insert(spec: EntitySpec, body: Row, fixedId?: string): Stored {
    const now = this.clock.now();
    const id = fixedId ?? this.nextId(spec);
    const entry: Stored = { id, created: now, updated: now, syncToken: 0, body: {}, json: undefined };
    this.table(spec.name).put(entry, this.stamp(entry, body));
    this.announce(spec.name, id, 'Create');
    return entry;
  }

  /** Replaces the content of an object and raises its SyncToken. */
  replace(spec: EntitySpec, entry: Stored, body: Row, operation: Operation = 'update'): void {
    entry.syncToken += 1;
    this.touch(spec.name, entry, body);
    this.announce(spec.name, entry.id, operation === 'void' ? 'Void' : 'Update');
  }

  /** Stores derived values (balances, stock): a new LastUpdatedTime but the same SyncToken, as recordings show. */
  touch(name: EntityName, entry: Stored, body: Row): void {
    entry.updated = this.clock.now();
    this.table(name).put(entry, this.stamp(entry, body));
  }

  remove(spec: EntitySpec, entry: Stored): void {
    this.table(spec.name).remove(entry, this.clock.now());
    this.announce(spec.name, entry.id, 'Delete');
  }

  /** One object becomes part of another of its list: every reference to it leads to the survivor. */
  merge(spec: EntitySpec, id: string, into: string): void {
    const gone = this.table(spec.name).get(id);
    const survivor = this.table(spec.name).get(into);
    if (!gone || !survivor) throw new Error(`no ${spec.name} ${id} or ${into}`);
    const member = `${spec.name}Ref`;
    for (const table of this.tables.values()) {
      for (const entry of table.stored.values()) {
        const moved = redirected(entry.body, member, id, { value: into, name: displayName(survivor) });
        if (moved !== entry.body) this.touch(table.spec.name, entry, moved as Row);
      }
    }
    this.table(spec.name).remove(gone, this.clock.now());
  }

  private announce(entity: EntityName, id: string, operation: ChangeEvent['operation']): void {
    this.onChange?.({ realmId: this.identity.realmId, entity, id, operation, at: this.clock.now() });
  }

  private stamp(entry: Stored, body: Row): Row {
    const { domain: _d, sparse: _s, Id: _i, SyncToken: _t, MetaData: _m, ...rest } = body;
    return {
      domain: 'QBO',
      sparse: false,
      Id: entry.id,
      SyncToken: String(entry.syncToken),
      MetaData: {
        CreateTime: zonedTime(entry.created, this.identity.timeZone, false),
        LastUpdatedTime: zonedTime(entry.updated, this.identity.timeZone, false),
      },
      ...rest,
    };
  }

  private nextId(spec: EntitySpec): string {
    if (spec.kind === 'transaction') {
      this.counters.transaction += 1;
      return String(this.counters.transaction);
    }
    const table = this.table(spec.name);
    const last = this.counters.names.get(spec.name) ?? highestId(table);
    this.counters.names.set(spec.name, last + 1);
    return String(last + 1);
  }
}

/** The value with every reference of this name that leads to `id` leading elsewhere; the same object where there is none. */
function redirected(value: Value, member: string, id: string, target: Row): Value {
  if (Array.isArray(value)) {
    const all = value.map((element) => redirected(element, member, id, target));
    return all.some((element, index) => element !== value[index]) ? all : value;
  }
  if (!isRow(value)) return value;
  let changed: Row | undefined;
  for (const [name, inner] of Object.entries(value)) {
    const next = name === member && refOf(inner) === id ? target : redirected(inner, member, id, target);
    if (next !== inner) changed = { ...(changed ?? value), [name]: next };
  }
  return changed ?? value;
}

function isPerson(name: EntityName): boolean {
  return name === 'Customer' || name === 'Vendor' || name === 'Employee';
}

function highestId(table: Table): number {
  let highest = 0;
  for (const id of table.stored.keys()) if (/^\d+$/.test(id)) highest = Math.max(highest, Number(id));
  return highest;
}

/** Display name of a stored object, as `name` beside a reference to it. */
export function displayName(entry: Stored): string {
  const { DisplayName, FullyQualifiedName, Name } = entry.body;
  return String(DisplayName ?? FullyQualifiedName ?? Name ?? '');
}
