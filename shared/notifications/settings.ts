import { withLock } from '../connections/lock.ts';
import { type Clock, instant } from '../core/clock.ts';
import type { Ids } from '../core/ids.ts';
import type { OAuthRepository } from '../data/oauth-repository.ts';
import type { NotificationSettings } from '../model/notification.ts';
import type { HostGuard } from '../platform/host-guard.ts';
import type { SendingDeps } from './deps.ts';
import { changeSecrets, rotated } from './vault.ts';

export interface SettingsDeps extends Pick<SendingDeps, 'settings' | 'secrets' | 'secretPrefix'> {
  readonly oauth: OAuthRepository;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly guard: HostGuard;
}

/** Settings as their owner gives them. */
export interface WantedSettings
  extends Pick<
    NotificationSettings,
    'minimum_severity' | 'events' | 'entities' | 'platforms' | 'digest' | 'lag_hours'
  > {
  readonly channels: {
    readonly email: NotificationSettings['channels']['email'];
    /** `url`: undefined leaves the one there is, null removes it. */
    readonly slack: { readonly enabled: boolean; readonly url?: string | null | undefined };
    readonly webhook: { readonly enabled: boolean; readonly url: string | null };
  };
}

export interface SettingsFault {
  readonly path: string;
  readonly message: string;
}

export type SettingsChange =
  | { readonly kind: 'saved'; readonly before: NotificationSettings; readonly after: NotificationSettings }
  | { readonly kind: 'invalid'; readonly faults: readonly SettingsFault[] }
  | { readonly kind: 'busy' };

const busy: SettingsChange = { kind: 'busy' };
const tries = 5;

/** One at a time changes the settings and the secret of a tenant. */
function locked<T>(deps: SettingsDeps, tenantId: string, work: () => Promise<T>) {
  return withLock(deps, { tenantId, platform: 'notifications' }, work);
}

/** Replaces the settings. The secret is stored first: settings never name an address that is not there. */
export async function changeSettings(
  deps: SettingsDeps,
  tenantId: string,
  wanted: WantedSettings,
): Promise<SettingsChange> {
  const done = await locked(deps, tenantId, async () => {
    const faults = await faultsOf(deps, await deps.settings.find(tenantId), wanted);
    if (faults.length > 0) return { kind: 'invalid' as const, faults };
    const { url } = wanted.channels.slack;
    if (url !== undefined) {
      await changeSecrets(deps, tenantId, (present) => ({ ...present, slack_url: url ?? undefined }));
    }
    return saved(deps, tenantId, (before) => ({ ...before, ...wanted, channels: channelsOf(before, wanted) }));
  });
  return done?.value ?? busy;
}

/** Makes a new signing secret and answers it, this once. */
export async function rotateSecret(
  deps: SettingsDeps,
  tenantId: string,
): Promise<{ readonly secret: string; readonly previous_valid_until: string | null } | undefined> {
  const done = await locked(deps, tenantId, async () => {
    const now = deps.clock.now();
    let made: ReturnType<typeof rotated> | undefined;
    await changeSecrets(deps, tenantId, (present) => {
      made = rotated(present.signing, now);
      return { ...present, signing: made };
    });
    const kept = await saved(deps, tenantId, (before) => ({
      ...before,
      channels: { ...before.channels, webhook: { ...before.channels.webhook, secret_made_at: instant(now) } },
    }));
    return made && kept.kind === 'saved' ? made : undefined;
  });
  const made = done?.value;
  return made && { secret: made.secret, previous_valid_until: made.previous?.until ?? null };
}

/** The notifier may switch a channel off meanwhile: then the change is made again over what it left. */
async function saved(
  deps: SettingsDeps,
  tenantId: string,
  change: (before: NotificationSettings) => NotificationSettings,
): Promise<SettingsChange> {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const at = instant(deps.clock.now());
    const before = await deps.settings.find(tenantId);
    const after = { ...change(before), updated_at: at, version: before.version + 1 };
    if (await deps.settings.save(after, at)) return { kind: 'saved', before, after };
  }
  return busy;
}

async function faultsOf(
  { guard }: SettingsDeps,
  { channels: present }: NotificationSettings,
  { channels }: WantedSettings,
): Promise<SettingsFault[]> {
  const faults: SettingsFault[] = [];
  const { slack, webhook } = channels;
  const isAddressed = slack.url === undefined ? present.slack.address !== null : slack.url !== null;
  if (slack.enabled && !isAddressed) faults.push({ path: 'channels.slack.url', message: 'Needs a url to be enabled' });
  if (webhook.enabled && present.webhook.secret_made_at === null) {
    const message = 'Make a secret first: POST /api/notifications/webhook-secret';
    faults.push({ path: 'channels.webhook.enabled', message });
  }
  for (const [name, { url }] of Object.entries({ slack, webhook })) {
    const checked = url ? await guard.check(url) : undefined;
    if (checked?.ok === false) faults.push({ path: `channels.${name}.url`, message: checked.failure.reason });
  }
  return faults;
}

function channelsOf(
  { channels: before }: NotificationSettings,
  { channels: { email, slack, webhook } }: WantedSettings,
): NotificationSettings['channels'] {
  const address = slack.url === undefined ? before.slack.address : slack.url === null ? null : masked(slack.url);
  const keepSlack = !slack.enabled && slack.url === undefined;
  const keepWebhook = !webhook.enabled && webhook.url === before.webhook.url;
  return {
    email: { enabled: email.enabled, recipients: [...email.recipients] },
    slack: {
      enabled: slack.enabled,
      address,
      ...(keepSlack && before.slack.disabled ? { disabled: before.slack.disabled } : {}),
    },
    webhook: {
      enabled: webhook.enabled,
      url: webhook.url,
      secret_made_at: before.webhook.secret_made_at,
      ...(keepWebhook && before.webhook.disabled ? { disabled: before.webhook.disabled } : {}),
    },
  };
}

/** `https://hooks.slack.com/…9f3a`: where it goes, and enough to tell two apart. */
function masked(url: string): string {
  const { origin, pathname } = new URL(url);
  return pathname.length > 16 ? `${origin}/…${pathname.slice(-4)}` : `${origin}/…`;
}
