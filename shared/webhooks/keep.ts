import type { ConnectionDeps } from '../connections/deps.ts';
import { withLock } from '../connections/lock.ts';
import { storedContext } from '../connections/open-connection.ts';
import { keepGrant, readGrant } from '../connections/vault.ts';
import type { Connector } from '../connectors/connector.ts';
import { type KeptHook, webhookSecretField } from '../connectors/webhooks.ts';
import { instant } from '../core/clock.ts';
import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import { sha256Hex } from '../core/json.ts';
import type { WebhookRepository } from '../data/webhook-repository.ts';
import type { Connection } from '../model/connection.ts';
import type { WebhookSettings } from '../model/webhooks.ts';

export interface KeepHooksDeps extends ConnectionDeps {
  readonly webhooks: WebhookRepository;
  /** Base URL of this API without a trailing slash. */
  readonly publicUrl: string;
}

export interface KeptHooks {
  readonly settings: WebhookSettings;
  readonly hooks: readonly KeptHook[];
  readonly removed: number;
}

const pathOf = (platform: string, hook: string): string => `/api/webhooks/${platform}/${hook}`;

/**
 * Makes the hooks of a connection what they are to be, by the platform's API: after connecting, when switched on or off, and
 * every hour. What stands in the way is kept with the settings and stops nothing else: syncs work without webhooks.
 */
export async function keepHooks(
  deps: KeepHooksDeps,
  connector: Connector,
  connection: Connection,
): Promise<Result<KeptHooks>> {
  const { tenant_id: tenantId, platform } = connection;
  const open = connector.webhooks?.openHooks;
  const before = await deps.webhooks.settings(tenantId, platform);
  if (!open) return ok({ settings: before, hooks: [], removed: 0 });
  const hook = before.hook ?? deps.ids.token();
  // The address leads here before anybody is told of it.
  const named = before.hook === undefined ? await store(deps, { ...before, hook }) : ok(before);
  if (!named.ok) return named;
  const secret = await secretFor(deps, connection);
  if (!secret.ok) return keepFailure(deps, named.value, secret.failure);
  const signedWith = sha256Hex(secret.value).slice(0, 16);
  const path = pathOf(platform, hook);
  const kept = await open(storedContext(deps, connector, connection)).keep({
    url: `${deps.publicUrl}${path}`,
    mark: path,
    secret: secret.value,
    isNewSecret: named.value.signed_with !== signedWith,
    paused: !named.value.enabled,
    revived: named.value.hooks.flatMap(({ topic, revived_at }) => (revived_at === undefined ? [] : [topic])),
  });
  if (!kept.ok) return keepFailure(deps, named.value, kept.failure);
  const { hooks, removed } = kept.value;
  const stored = await store(deps, {
    ...named.value,
    registered_at: named.value.registered_at ?? instant(deps.clock.now()),
    checked_at: instant(deps.clock.now()),
    signed_with: signedWith,
    hooks: hooks.map((each) => hookAfter(each, named.value, instant(deps.clock.now()))),
    failure: undefined,
  });
  return stored.ok ? ok({ settings: stored.value, hooks, removed }) : stored;
}

function hookAfter(
  { topic, id, status, action }: KeptHook,
  { hooks }: WebhookSettings,
  at: string,
): WebhookSettings['hooks'][number] {
  const known = action === 'recreated' || action === 'created' ? undefined : hooks.find((hook) => hook.topic === topic);
  const revived = action === 'revived' ? at : known?.revived_at;
  return { topic, id, status, ...(revived === undefined ? {} : { revived_at: revived }) };
}

async function store(deps: KeepHooksDeps, settings: WebhookSettings): Promise<Result<WebhookSettings>> {
  return (await deps.webhooks.save(settings)) ? ok({ ...settings, version: settings.version + 1 }) : fail(overtaken);
}

async function keepFailure<T>(deps: KeepHooksDeps, settings: WebhookSettings, failure: Failure): Promise<Result<T>> {
  await deps.webhooks.save({ ...settings, checked_at: instant(deps.clock.now()), failure });
  return fail(failure);
}

/** Somebody else keeps the same hooks this moment; the next hour looks again. */
const overtaken: Failure = {
  category: 'conflict',
  code: 'webhook.busy',
  reason: 'The webhooks of this connection are being changed.',
  fix: 'Try again in a moment.',
  retryable: true,
};

/** What the connection's deliveries are signed with; made here, because the shop hands out none, and kept with its keys. */
async function secretFor(deps: KeepHooksDeps, connection: Connection): Promise<Result<string>> {
  const address = { tenantId: connection.tenant_id, platform: connection.platform };
  const find = () => readGrant(deps, address, connection.connected_at);
  const known = (await find())?.values[webhookSecretField];
  if (known !== undefined) return ok(known);
  const done = await withLock(deps, address, async () => {
    const grant = await find();
    if (!grant) return fail(overtaken);
    const present = grant.values[webhookSecretField];
    if (present !== undefined) return ok(present);
    // URL-safe: shops decode HTML entities in it before they sign.
    const secret = `${deps.ids.token()}${deps.ids.token()}`;
    await keepGrant(deps, address, grant.grant, { ...grant.values, [webhookSecretField]: secret });
    return ok(secret);
  });
  return done ? done.value : fail(overtaken);
}

/** Takes our hooks away, as far as the platform can be reached; its address leads nowhere any more. Before disconnecting. */
export async function removeHooks(deps: KeepHooksDeps, connector: Connector, connection: Connection): Promise<void> {
  const { tenant_id: tenantId, platform } = connection;
  const open = connector.webhooks?.openHooks;
  const settings = await deps.webhooks.settings(tenantId, platform);
  if (!open || settings.hook === undefined) return;
  await open(storedContext(deps, connector, connection)).remove(pathOf(platform, settings.hook));
  await deps.webhooks.forget(settings.hook);
  const { hook: _hook, registered_at: _at, signed_with: _with, failure: _failure, ...rest } = settings;
  await deps.webhooks.save({ ...rest, hooks: [] });
}

/** Switches the webhooks of a connection on or off: off, what arrives is dropped and hooks are paused. */
export async function switchHooks(
  deps: KeepHooksDeps,
  connector: Connector,
  connection: Connection,
  enabled: boolean,
): Promise<Result<{ readonly before: WebhookSettings; readonly after: WebhookSettings }>> {
  const before = await deps.webhooks.settings(connection.tenant_id, connection.platform);
  const stored = before.enabled === enabled ? ok(before) : await store(deps, { ...before, enabled });
  if (!stored.ok) return stored;
  await keepHooks(deps, connector, connection);
  return ok({ before, after: await deps.webhooks.settings(connection.tenant_id, connection.platform) });
}
