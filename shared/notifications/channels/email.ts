import { encode } from 'html-entities';
import type { Delivery } from '../../model/notification.ts';
import { describe } from '../describe.ts';
import type { Channel } from './channel.ts';
import { said } from './post.ts';

/** Plain text and HTML to all recipients at once. */
export const emailChannel: Channel = {
  name: 'email',
  lacks: ({ channels: { email } }) => (email.recipients.length === 0 ? 'It has no recipients.' : undefined),
  async send(delivery, { channels }, _secrets, { mailer }) {
    const outcome = await mailer.send({ to: channels.email.recipients, ...mailOf(delivery) });
    return outcome.kind === 'accepted' ? outcome : { ...outcome, reason: said(outcome.reason) };
  },
};

/** Subject and bodies of the mail; everything that came from outside is escaped. */
export function mailOf(delivery: Delivery) {
  const { title, items, more } = describe(delivery);
  const text = items.map(({ heading, at, text: body, fix }) =>
    [`${heading} (${at})`, body, ...(fix === null ? [] : [`What to do: ${fix}`])].join('\n'),
  );
  const html = items.map(({ heading, at, text: body, fix }) =>
    [
      `<h2>${encode(heading)}</h2>`,
      `<p><small>${encode(at)}</small><br>${encode(body)}</p>`,
      ...(fix === null ? [] : [`<p><strong>What to do:</strong> ${encode(fix)}</p>`]),
    ].join('\n'),
  );
  return {
    subject: `[EasySale Sync] ${title}`,
    text: [title, ...text, ...(more === null ? [] : [more])].join('\n\n'),
    html: `<!doctype html>\n<html lang="en"><body>\n<h1>${encode(title)}</h1>\n${[...html, ...(more === null ? [] : [`<p>${encode(more)}</p>`])].join('\n')}\n</body></html>\n`,
    id: delivery.delivery_id,
  };
}
