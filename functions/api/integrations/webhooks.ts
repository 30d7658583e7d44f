import * as contract from '#shared/api/webhooks.ts';
import { findConnected } from '#shared/connections/manage.ts';
import { unwrap } from '#shared/core/failure.ts';
import { changesOf } from '#shared/http/audit.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { ProblemError } from '#shared/http/problem.ts';
import { switchHooks } from '#shared/webhooks/keep.ts';
import { readWebhookReport } from '#shared/webhooks/report.ts';
import type { IntegrationsApiDeps } from './deps.ts';
import { connectorOf } from './platform.ts';

export const getWebhookHealth = endpoint(contract.getWebhookHealth, async ({ caller }, deps: IntegrationsApiDeps) =>
  answer(200, { items: await readWebhookReport(deps, caller.tenantId) }),
);

export const switchWebhooks = endpoint(
  contract.switchWebhooks,
  async ({ params, body, caller }, deps: IntegrationsApiDeps) => {
    const connector = connectorOf(deps, params.platform);
    const connection = unwrap(await findConnected(deps, connector, caller.tenantId));
    if (!connector.webhooks) {
      throw new ProblemError('webhook.none', `${connector.title} does not tell of changes by itself.`);
    }
    const { before, after } = unwrap(await switchHooks(deps, connector, connection, body.enabled));
    const report = (await readWebhookReport(deps, caller.tenantId)).find(
      ({ platform }) => platform === params.platform,
    );
    if (!report) throw new ProblemError('connection.required', `${connector.title} is not connected.`);
    return answer(200, report, {
      target: { type: 'connection', id: connector.platform },
      ...changesOf({ webhooks: before.enabled }, { webhooks: after.enabled }),
    });
  },
);
