import type { SendingDeps } from '#shared/notifications/deps.ts';
import type { SettingsDeps } from '#shared/notifications/settings.ts';

export type NotificationsApiDeps = SendingDeps & SettingsDeps;
