import * as contract from '#shared/api/audit.ts';
import type { AuditRepository } from '#shared/data/audit-repository.ts';
import { answer, type Endpoint, endpoint } from '#shared/http/endpoint.ts';
import { readPage } from '#shared/http/paging.ts';

export interface AuditApiDeps {
  readonly entries: Pick<AuditRepository, 'list'>;
}

const listAudit = endpoint(contract.listAudit, async ({ query, caller: { tenantId } }, { entries }: AuditApiDeps) => {
  const { action, user, from: fromMs, to: toMs } = query;
  const page = await readPage(query, [tenantId, 'audit', action, user, fromMs, toMs], async (limit, after) => {
    const slice = await entries.list(tenantId, { action, user, fromMs, toMs, limit, after });
    return { items: slice.entries, next: slice.next };
  });
  const items = page.items.map(({ tenant_id: _tenant, audit_id: id, ...shown }) => ({ id, ...shown }));
  return answer(200, { ...page, items });
});

/** Every endpoint of this function, bound to what it needs. */
export function auditEndpoints(deps: AuditApiDeps): Endpoint[] {
  return [listAudit(deps)];
}
