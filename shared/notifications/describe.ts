import { truncate } from '../core/text.ts';
import type { Delivery } from '../model/notification.ts';

/** A message in words, before a channel gives it its form. */
export interface Description {
  /** One line, also when what happened contains line breaks. */
  readonly title: string;
  readonly items: readonly {
    readonly heading: string;
    readonly at: string;
    readonly text: string;
    readonly fix: string | null;
  }[];
  /** How many are not shown. */
  readonly more: string | null;
}

const longestTitle = 150;

export function describe({ count, events, cause, first_at, last_at }: Delivery): Description {
  const [first] = events;
  const hidden = count - events.length;
  const span = `${minute(first_at)} to ${minute(last_at)} UTC`;
  const title =
    count === 1
      ? (first?.title ?? '')
      : cause === 'digest'
        ? `${count} notices, ${span}`
        : `${first?.title ?? ''} (${count} times, ${span})`;
  return {
    title: truncate(oneLine(title), longestTitle),
    items: events.map((event) => ({
      heading: oneLine(event.title),
      at: event.at,
      text: event.detail,
      fix: event.fix,
    })),
    more: hidden > 0 ? (cause === 'digest' ? `And ${hidden} more.` : `And ${hidden} more of the same.`) : null,
  };
}

const oneLine = (text: string): string => text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
const minute = (at: string): string => at.slice(0, 16).replace('T', ' ');
