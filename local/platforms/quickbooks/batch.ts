import { errors, QuickBooksFault, refuse } from './faults.ts';
import { runQuery } from './query.ts';
import type { Realm } from './realm.ts';
import { idLimits } from './replay.ts';
import { cleanBody } from './shape.ts';
import type { EntitySpec, Operation } from './specs/entity-spec.ts';
import { findSpec } from './specs/index.ts';
import { isRow, type Row, rowOf, textOf } from './values.ts';

/** Items of one batch; older documentation says 25. */
const batchLimit = 30;

interface BatchItem {
  readonly bId: string;
  readonly query: string | undefined;
  readonly spec: EntitySpec | undefined;
  readonly operation: Operation | undefined;
  readonly body: Row;
  readonly include: ReadonlySet<string>;
}

const itemKeys = new Set(['bId', 'operation', 'optionsData', 'Query']);
const operations: readonly string[] = ['create', 'update', 'delete'];

/**
 * Runs a batch item by item: no item stops another and none can refer to one. With a request id, an item whose id and
 * bId were answered successfully before gets that answer again.
 *
 * @returns the answer without `time`, as the inside of a JSON object.
 * @throws QuickBooksFault when the batch as such is unreadable: too big, a bId missing or used twice, an unknown property.
 */
export function runBatch(realm: Realm, body: Row, requestId: string | undefined): string {
  const items = readItems(body);
  realm.company.meters.batches += 1;
  realm.company.meters.batch_items += items.length;
  const answers = items.map((item) => {
    const key = requestId === undefined ? undefined : `batch ${requestId} ${item.bId}`;
    const kept = key === undefined ? undefined : realm.replays.find(key);
    if (kept !== undefined) return kept;
    const bId = JSON.stringify(item.bId);
    try {
      const json = `{${runItem(realm, item)},"bId":${bId}}`;
      if (key !== undefined) realm.replays.keep(key, json);
      return json;
    } catch (error) {
      if (!(error instanceof QuickBooksFault)) throw error;
      return `{"Fault":${JSON.stringify(error.body)},"bId":${bId}}`;
    }
  });
  return `"BatchItemResponse":[${answers.join(',')}]`;
}

function runItem(realm: Realm, item: BatchItem): string {
  if (item.query !== undefined) {
    const json = runQuery(realm.company, item.query);
    realm.company.meters.metered_reads += 1;
    return `"QueryResponse":${json}`;
  }
  const { spec, operation, body, include } = item;
  if (!spec || !operation) return refuse(errors.unsupported('null'));
  return `"${spec.name}":${realm.write({ spec, operation, body, include })}`;
}

function readItems(body: Row): BatchItem[] {
  const unknown = Object.keys(body).find((name) => name !== 'BatchItemRequest');
  if (unknown !== undefined) refuse(unrecognized(unknown, 'IntuitBatchRequest'));
  const rows = body.BatchItemRequest;
  if (!Array.isArray(rows) || rows.length === 0) return refuse(errors.required('BatchItemRequest'));
  if (rows.length > batchLimit) refuse(errors.batchTooBig(batchLimit));
  const items = rows.map((row) => readItem(rowOf(row)));
  const seen = new Set<string>();
  for (const { bId } of items) {
    if (bId.length > idLimits.item) refuse(errors.requestId(bId));
    if (seen.has(bId)) refuse(errors.business(`The bId ${bId} is used by more than one item of the batch.`));
    seen.add(bId);
  }
  return items;
}

function readItem(row: Row): BatchItem {
  const bId = textOf(row.bId);
  if (bId === undefined || bId === '') return refuse(errors.required('bId'));
  const name = Object.keys(row).find((key) => !itemKeys.has(key));
  // Entity keys are case-sensitive here, unlike in a query or a path.
  const found = name === undefined ? undefined : findSpec(name);
  const spec = found?.name === name ? found : undefined;
  if (name !== undefined && (!spec || !isRow(row[name]))) return refuse(unrecognized(name, 'BatchItemRequest'));
  const operation = textOf(row.operation);
  if (spec && !operations.includes(operation ?? '')) {
    refuse(operation === undefined ? errors.required('operation') : errors.format('choice', 'operation', operation));
  }
  const body = spec ? rowOf(row[spec.name]) : {};
  // An unknown property makes the whole request unreadable, not just its item.
  if (spec) cleanBody(spec, body);
  const include = new Set((textOf(row.optionsData) ?? '').split(',').map((flag) => flag.trim()));
  return { bId, spec, operation: operation as Operation | undefined, body, include, query: textOf(row.Query) };
}

function unrecognized(name: string, type: string) {
  return errors.unsupportedProperty(
    `Unrecognized field "${name}" (class com.intuit.schema.finance.v3.${type}), not marked as ignorable`,
  );
}
