import type * as z from 'zod';
import * as contract from '#shared/api/notifications.ts';
import { changesOf } from '#shared/http/audit.ts';
import { answer, endpoint } from '#shared/http/endpoint.ts';
import { ProblemError } from '#shared/http/problem.ts';
import { invalidRequest } from '#shared/http/read-request.ts';
import type { NotificationSettings } from '#shared/model/notification.ts';
import { changeSettings, rotateSecret } from '#shared/notifications/settings.ts';
import type { NotificationsApiDeps } from './deps.ts';

const target = { type: 'notifications', id: 'settings' };

/** The settings as people may see them: of secrets, what tells two apart. */
function view({
  tenant_id: _tenant,
  version: _version,
  channels: { email, slack, webhook },
  ...shown
}: NotificationSettings): z.output<typeof contract.settingsAnswer> {
  return {
    ...shown,
    channels: {
      email,
      slack: { ...slack, disabled: slack.disabled ?? null },
      webhook: { ...webhook, disabled: webhook.disabled ?? null },
    },
  };
}

const isBusy = () =>
  new ProblemError('notifications.busy', 'Somebody else is changing them. Try again in a few seconds.');

export const getSettings = endpoint(
  contract.getNotificationSettings,
  async ({ caller: { tenantId } }, { settings }: NotificationsApiDeps) =>
    answer(200, view(await settings.find(tenantId))),
);

export const putSettings = endpoint(
  contract.putNotificationSettings,
  async ({ body, caller: { tenantId } }, deps: NotificationsApiDeps) => {
    const change = await changeSettings(deps, tenantId, body);
    if (change.kind === 'busy') throw isBusy();
    if (change.kind === 'invalid') throw invalidRequest(change.faults.map((fault) => ({ code: 'custom', ...fault })));
    const [before, after] = [view(change.before), view(change.after)];
    return answer(200, after, { target, ...changesOf(before, after) });
  },
);

export const rotateWebhookSecret = endpoint(
  contract.rotateWebhookSecret,
  async ({ caller: { tenantId } }, deps: NotificationsApiDeps) => {
    const made = await rotateSecret(deps, tenantId);
    if (!made) throw isBusy();
    return answer(200, made, { target: { type: 'notifications', id: 'webhook-secret' } });
  },
);
