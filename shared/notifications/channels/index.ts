import type { ChannelName } from '../../model/notification.ts';
import type { Channel } from './channel.ts';
import { emailChannel } from './email.ts';
import { slackChannel } from './slack.ts';
import { webhookChannel } from './webhook.ts';

/** Every way to reach people. */
export const channels: Readonly<Record<ChannelName, Channel>> = {
  email: emailChannel,
  slack: slackChannel,
  webhook: webhookChannel,
};
