import * as contract from '#shared/api/records.ts';
import { historyView } from '#shared/history/history-view.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { readPage } from '#shared/http/paging.ts';
import { ProblemError } from '#shared/http/problem.ts';
import { findRecords as find, readTimeline, type Timeline, type TimelineDeps } from '#shared/insights/read-timeline.ts';
import type { FailureRecord } from '#shared/model/failure-record.ts';
import type { Link } from '#shared/model/link.ts';

export const findRecords = endpoint(contract.findRecords, async ({ query, caller }, deps: TimelineDeps) =>
  answer(200, { items: await find(deps, caller.tenantId, query.search) }),
);

export const getTimeline = endpoint(
  contract.getTimeline,
  async ({ params, query, caller: { tenantId } }, deps: TimelineDeps) => {
    const { connection, entity, id } = params;
    const record = { connection, entity, id };
    let timeline: Timeline | undefined;
    const page = await readPage(query, [tenantId, 'timeline', record], async (limit, after) => {
      timeline = await readTimeline(deps, tenantId, record, { limit, after });
      return { items: timeline?.events ?? [], next: timeline?.next };
    });
    if (!timeline) throw new ProblemError('record.not_found', `Nothing is known of ${entity} ${id} of ${connection}.`);
    const { documents, failures, related, urlOf } = timeline;
    return answer(200, {
      record: timeline.record,
      documents: documents.map((link) => documentView(link, urlOf)),
      failures: failures.map(failureView),
      related: related.map((each) => ({ ...each, url: urlOf(each.connection, each.entity, each.id) })),
      items: page.items.map(historyView),
      next_cursor: page.next_cursor,
    });
  },
);

function documentView(
  { target_connection: connection, target_entity: entity, target_id, state, updated_at }: Link,
  urlOf: Timeline['urlOf'],
) {
  return { connection, entity, id: target_id ?? null, state, url: urlOf(connection, entity, target_id), updated_at };
}

function failureView(record: FailureRecord) {
  const {
    failure_id: id,
    run_id: sync_id,
    route_id,
    failure,
    attempts,
    state,
    first_failed_at,
    last_failed_at,
  } = record;
  return { id, sync_id, route_id, failure, attempts, state, first_failed_at, last_failed_at };
}
