import * as contract from '#shared/api/notifications.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { readPage } from '#shared/http/paging.ts';
import { ProblemError } from '#shared/http/problem.ts';
import { sendTest } from '#shared/notifications/send-test.ts';
import type { NotificationsApiDeps } from './deps.ts';

export const testNotification = endpoint(
  contract.testNotification,
  async ({ body: { channel }, caller: { tenantId } }, deps: NotificationsApiDeps) => {
    const result = await sendTest(deps, tenantId, channel);
    if (result.kind === 'not_set_up') {
      throw new ProblemError('notifications.not_set_up', `The channel ${channel} cannot send yet. ${result.reason}`);
    }
    const { status, answer_status, reason, delivery_id } = result.delivery;
    const ok = status === 'delivered';
    const note = { target: { type: 'channel', id: channel }, after: { ok, answer_status } };
    return answer(200, { ok, answer_status, reason, delivery_id }, note);
  },
);

export const listDeliveries = endpoint(
  contract.listDeliveries,
  async ({ query, caller: { tenantId } }, { deliveries }: NotificationsApiDeps) => {
    const { channel, status } = query;
    const page = await readPage(query, [tenantId, 'notifications', channel, status], async (limit, after) => {
      const slice = await deliveries.list(tenantId, { channel, status, limit, after });
      return { items: slice.deliveries, next: slice.next };
    });
    const items = page.items.map(({ tenant_id: _tenant, version: _version, delivery_id: id, ...shown }) => ({
      id,
      ...shown,
    }));
    return answer(200, { ...page, items });
  },
);
