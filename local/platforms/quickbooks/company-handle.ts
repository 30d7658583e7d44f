import type { Company, Meters } from './company.ts';
import { companyDocument } from './company-documents.ts';
import type { PlannedFailure, Realm } from './realm.ts';
import type { CompanySettings } from './settings.ts';
import { type EntityName, entityNames, type Operation } from './specs/entity-spec.ts';
import { specOf } from './specs/index.ts';
import type { Stored } from './table.ts';
import { copyRow, type Row } from './values.ts';
import { write } from './write.ts';

/** Everything a company holds, in one comparable value: objects by entity in order of creation, deleted ids beside. */
export interface CompanySnapshot {
  readonly entities: Readonly<Partial<Record<EntityName, readonly Row[]>>>;
  readonly deleted: Readonly<Partial<Record<EntityName, readonly string[]>>>;
}

/** One company seen from inside: what tests and the demo look at and change without the API. */
export class CompanyHandle {
  /** Live settings: assign to change how the company behaves from now on. */
  readonly settings: CompanySettings;
  readonly realmId: string;
  private readonly realm: Realm;
  private readonly company: Company;

  constructor(realm: Realm) {
    this.realm = realm;
    this.company = realm.company;
    this.settings = realm.company.settings;
    this.realmId = realm.company.identity.realmId;
  }

  get meters(): Readonly<Meters> {
    return { ...this.company.meters };
  }

  resetMeters(): void {
    Object.assign(this.company.meters, {
      calls: 0,
      batches: 0,
      batch_items: 0,
      writes: 0,
      metered_reads: 0,
      throttled: 0,
    });
  }

  /** Copies of all objects of an entity, oldest first, inactive ones included. Fractions are decimal text. */
  list(entity: EntityName): Row[] {
    return this.entries(entity).map(({ body }) => copyRow(body));
  }

  get(entity: EntityName, id: string): Row | undefined {
    const system = specOf(entity).kind === 'system';
    const entry = system ? companyDocument(this.company, entity) : this.company.table(entity).get(id);
    return entry && copyRow(entry.body);
  }

  snapshot(): CompanySnapshot {
    const entities: Partial<Record<EntityName, Row[]>> = {};
    const deleted: Partial<Record<EntityName, string[]>> = {};
    for (const name of entityNames) {
      entities[name] = this.list(name);
      const gone = [...this.company.table(name).deleted.keys()];
      if (gone.length > 0) deleted[name] = gone;
    }
    return { entities, deleted };
  }

  /** Adds an object as a person would on the screen. Not metered. @throws QuickBooksFault when the books refuse it. */
  create(entity: EntityName, body: Row): Row {
    return this.asPerson(entity, 'create', body);
  }

  /** Changes some properties as a person would: the SyncToken goes up, so a caller with the old one gets 5010. */
  edit(entity: EntityName, id: string, changes: Row): Row {
    return this.asPerson(entity, 'update', { ...changes, Id: id, SyncToken: this.token(entity, id), sparse: true });
  }

  remove(entity: EntityName, id: string): void {
    this.asPerson(entity, 'delete', { Id: id, SyncToken: this.token(entity, id) });
  }

  void(entity: EntityName, id: string): Row {
    const body = { Id: id, SyncToken: this.token(entity, id), sparse: true };
    write(this.company, { spec: specOf(entity), operation: 'update', body, include: new Set(['void']) });
    return this.get(entity, id) ?? {};
  }

  /** Merges one name into another, as a person does by giving both the same name: the first is gone, its documents stay. */
  merge(entity: EntityName, id: string, into: string): void {
    this.company.merge(specOf(entity), id, into);
  }

  /** Makes the next matching write fail, alone or as an item of a batch. */
  failNext(failure: PlannedFailure): void {
    this.realm.failNext(failure);
  }

  /** Forgets the failures still planned. */
  clearFailures(): void {
    this.realm.clearFailures();
  }

  private asPerson(entity: EntityName, operation: Operation, body: Row): Row {
    const json = write(this.company, { spec: specOf(entity), operation, body, include: new Set() });
    const { Id } = JSON.parse(json) as { Id: string };
    return this.get(entity, Id) ?? {};
  }

  private token(entity: EntityName, id: string): string {
    return String(this.company.table(entity).get(id)?.syncToken ?? 0);
  }

  private entries(entity: EntityName): Stored[] {
    const spec = specOf(entity);
    if (spec.kind === 'system') return [companyDocument(this.company, entity)];
    return [...this.company.table(entity).stored.values()];
  }
}
