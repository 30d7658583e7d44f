import { Big } from 'big.js';
import type { Clock } from '#shared/core/clock.ts';
import type { StateFormat } from '../state-file.ts';
import { Company, type CompanyCounters, type CompanyIdentity, type Meters } from './company.ts';
import type { GrantsState } from './grants.ts';
import type { Kept } from './replay.ts';
import type { CompanySettings } from './settings.ts';
import type { EntityName } from './specs/entity-spec.ts';
import type { Stored, Table } from './table.ts';
import type { WebhookState } from './webhooks.ts';

export const quickBooksFormat: StateFormat = { name: 'quickbooks', version: 1 };

/** Everything the simulator knows that must outlive it, as plain data. */
export interface QuickBooksState {
  readonly lastRealm: number;
  readonly realms: readonly RealmState[];
  readonly grants: GrantsState;
  readonly webhooks: WebhookState | undefined;
}

export interface RealmState {
  readonly company: CompanyState;
  readonly replays: Map<string, Kept>;
}

interface CompanyState {
  readonly identity: CompanyIdentity;
  readonly settings: CompanySettings;
  readonly meters: Meters;
  readonly counters: CompanyCounters;
  readonly tables: ReadonlyMap<EntityName, TableState>;
  /** Amounts as decimal text. */
  readonly applied: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly deposited: ReadonlyMap<string, string>;
}

interface TableState {
  /** Oldest first. The JSON text is left out: it is made again when it is read. */
  readonly stored: readonly Omit<Stored, 'json'>[];
  readonly deleted: ReadonlyMap<string, number>;
}

export function companyState(company: Company): CompanyState {
  const { identity, settings, meters, counters, deposited } = company;
  return {
    identity,
    settings,
    meters,
    counters,
    tables: mapValues(company.tables, tableState),
    applied: mapValues(company.applied, (payments) => mapValues(payments, (amount) => amount.toFixed())),
    deposited,
  };
}

export function restoreCompany(state: CompanyState, clock: Clock): Company {
  const company = new Company(state.identity, state.settings, clock);
  Object.assign(company.meters, state.meters);
  Object.assign(company.counters, state.counters);
  for (const [name, table] of state.tables) restoreTable(company.table(name), table);
  for (const [key, amounts] of state.applied) {
    company.applied.set(
      key,
      mapValues(amounts, (amount) => new Big(amount)),
    );
  }
  for (const [key, id] of state.deposited) company.deposited.set(key, id);
  return company;
}

function tableState({ stored, deleted }: Table): TableState {
  return {
    stored: [...stored.values()].map(({ id, created, updated, syncToken, body }) => ({
      id,
      created,
      updated,
      syncToken,
      body,
    })),
    deleted,
  };
}

function restoreTable(table: Table, { stored, deleted }: TableState): void {
  for (const entry of stored) table.put({ ...entry, json: undefined }, entry.body);
  for (const [id, at] of deleted) table.deleted.set(id, at);
}

function mapValues<Key, From, To>(map: ReadonlyMap<Key, From>, change: (value: From) => To): Map<Key, To> {
  return new Map([...map].map(([key, value]) => [key, change(value)]));
}
