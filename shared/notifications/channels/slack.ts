import { truncate } from '../../core/text.ts';
import type { Delivery } from '../../model/notification.ts';
import { describe } from '../describe.ts';
import type { Channel } from './channel.ts';
import { post } from './post.ts';

/** Slack cuts longer texts off. */
const longest = 12_000;

const marks = { info: ':information_source:', warning: ':warning:', error: ':rotating_light:' } as const;

/** An incoming webhook. Its address is all it takes to post, and therefore a secret. */
export const slackChannel: Channel = {
  name: 'slack',
  lacks: ({ channels: { slack } }) => (slack.address === null ? 'It has no url.' : undefined),
  send(delivery, _settings, { slack_url: url }, { http, clock }) {
    if (url === undefined) return Promise.resolve({ kind: 'refused', status: null, reason: 'Not set up.' });
    const body = JSON.stringify({ text: slackText(delivery) });
    // 404 no_service and 410 channel_is_archived: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
    return post(http, { url, headers: {}, body, gone: [404, 410] }, clock.now());
  },
};

export function slackText(delivery: Delivery): string {
  const { title, items, more } = describe(delivery);
  const lines = items.map(({ heading, text, fix }) => {
    const parts = [`*${escaped(heading)}*`, escaped(text), ...(fix === null ? [] : [`_${escaped(fix)}_`])];
    return parts.join('\n');
  });
  const head = `${marks[delivery.severity]} *${escaped(title)}*`;
  return truncate([head, ...lines, ...(more === null ? [] : [escaped(more)])].join('\n\n'), longest);
}

/** The three characters that mean something: a text can neither mention a channel nor make a link. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
