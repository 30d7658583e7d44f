import { applyCredits } from './auto-credit.ts';
import { type Company, displayName } from './company.ts';
import { applyEffects, releasePayments, withOpenBalance } from './effects.ts';
import { errors, type FaultError, QuickBooksFault, refuse } from './faults.ts';
import { rules } from './rules/index.ts';
import { isRepeatedDeactivation } from './rules/names.ts';
import { checkBooks, checkDeposited } from './rules/transactions.ts';
import { cleanBody, refuseAll, type SentReference, sentId } from './shape.ts';
import { type EntitySpec, isEntityName, type Operation } from './specs/entity-spec.ts';
import { jsonOf, type Stored } from './table.ts';
import { isPresent, pruned, type Row, textOf } from './values.ts';
import { voidedBody } from './void.ts';

export interface WriteRequest {
  readonly spec: EntitySpec;
  /** `undefined`: an Id in the body makes it an update, as on the entity's URL. */
  readonly operation: Operation | undefined;
  readonly body: Row;
  /** Values of `include`, or of `optionsData` in a batch. */
  readonly include: ReadonlySet<string>;
}

/**
 * Carries out one write.
 *
 * @returns the entity as JSON text.
 * @throws QuickBooksFault when it is refused; nothing has changed then.
 */
export function write(company: Company, request: WriteRequest): string {
  const { spec, body, include } = request;
  const operation = operationOf(request);
  if (!spec.operations.includes(operation)) {
    refuse(errors.unsupported(`${operation} on ${spec.name}`));
  }
  const clean = cleanBody(spec, body);
  if (operation === 'delete') return remove(company, spec, body);
  if (operation === 'void') return voidOne(company, spec, body);
  const before = operation === 'update' ? current(company, spec, body) : undefined;
  if (before && isRepeatedDeactivation(clean.body, before)) return jsonOf(before);
  refuseAll([...clean.errors, ...missing(spec, before, clean.body)]);
  resolve(company, clean.references);
  const candidate = before ? merged(spec, before, clean.body) : created(spec, clean.body);
  const draft = { company, spec, sent: clean.body, body: candidate, before, include };
  for (const rule of rules[spec.name] ?? []) rule(draft);
  const entry = commit(company, spec, before, draft.body);
  if (!before && company.settings.autoApplyCredit) applyCredits(company, spec.name, entry, write);
  return jsonOf(entry);
}

/** Required properties the object would not have. */
function missing(spec: EntitySpec, before: Stored | undefined, sent: Row): FaultError[] {
  const stays = (property: string) => sent.sparse === true || spec.kept.includes(property);
  return spec.required
    .filter((property) => {
      const inherited = before && stays(property) ? before.body[property] : spec.defaults[property];
      return !isPresent(property in sent ? sent[property] : inherited);
    })
    .map(errors.required);
}

/** Refuses references to what is missing or inactive, and gives the others the name of their target. */
function resolve(company: Company, references: readonly SentReference[]): void {
  for (const { path, to, value } of references) {
    if (isEntityName(to)) value.name = displayName(company.lookUp(to, textOf(value.value), path));
  }
}

function operationOf({ operation, spec, body, include }: WriteRequest): Operation {
  const asked = operation ?? (sentId(body) === undefined ? 'create' : 'update');
  if (asked === 'update' && include.has('void')) return 'void';
  // Only invoices are voided by `operation=void`; receipts and payments by an update that includes `void`.
  if (asked === 'void' && spec.name !== 'Invoice') refuse(errors.unsupported(`void on ${spec.name}`));
  return asked;
}

/** The object an update means, with the SyncToken checked (5010). */
function current(company: Company, spec: EntitySpec, body: Row): Stored {
  const id = sentId(body);
  if (id === undefined) return refuse(errors.required('Id'));
  if (!/^\d+$/.test(id)) throw new QuickBooksFault([errors.invalidId(id)], { timed: false });
  const table = company.table(spec.name);
  const entry = table.get(id);
  if (!entry) return refuse(table.deleted.has(id) ? errors.deleted() : errors.notFound());
  const token = textOf(body.SyncToken);
  if (token === undefined || token === '') return refuse(errors.required('SyncToken'));
  if (token !== String(entry.syncToken)) refuse(errors.stale(company.settings.otherUser));
  return entry;
}

const envelope = new Set(['Id', 'SyncToken', 'sparse', 'domain', 'MetaData']);

function contents(body: Row): Row {
  const kept: Row = {};
  for (const [name, value] of Object.entries(body)) if (!envelope.has(name)) kept[name] = value;
  return pruned(kept);
}

function created(spec: EntitySpec, sent: Row): Row {
  return contents({ ...spec.defaults, ...sent });
}

/** Sparse: what was not sent stays. Full: writable properties that were not sent fall back to their defaults. */
function merged(spec: EntitySpec, before: Stored, sent: Row): Row {
  if (sent.sparse === true) return contents({ ...before.body, ...sent });
  const survivors: Row = {};
  for (const [name, property] of Object.entries(spec.fields)) {
    if (property.readOnly || spec.kept.includes(name)) survivors[name] = before.body[name];
  }
  return contents({ ...spec.defaults, ...pruned(survivors), ...sent });
}

function commit(company: Company, spec: EntitySpec, before: Stored | undefined, body: Row): Stored {
  if (!before) {
    const entry = company.insert(spec, withOpenBalance(company, spec.name, '', body));
    if (spec.kind === 'transaction') applyEffects(company, spec.name, entry.id, { after: entry.body });
    return entry;
  }
  const old = before.body;
  company.replace(spec, before, withOpenBalance(company, spec.name, before.id, body));
  if (spec.kind === 'transaction') applyEffects(company, spec.name, before.id, { before: old, after: before.body });
  return before;
}

function remove(company: Company, spec: EntitySpec, body: Row): string {
  const entry = current(company, spec, body);
  protect(company, spec, entry);
  releasePayments(company, spec.name, entry.id);
  company.remove(spec, entry);
  applyEffects(company, spec.name, entry.id, { before: entry.body });
  return JSON.stringify({ domain: 'QBO', status: 'Deleted', Id: entry.id });
}

function voidOne(company: Company, spec: EntitySpec, body: Row): string {
  const entry = current(company, spec, body);
  protect(company, spec, entry);
  releasePayments(company, spec.name, entry.id);
  const old = entry.body;
  company.replace(spec, entry, voidedBody(old), 'void');
  applyEffects(company, spec.name, entry.id, { before: old, after: entry.body });
  return jsonOf(entry);
}

function protect(company: Company, spec: EntitySpec, entry: Stored): void {
  checkBooks(company, textOf(entry.body.TxnDate));
  checkDeposited(company, spec.name, entry.id);
}
