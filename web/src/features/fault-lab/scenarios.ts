import type { LucideIcon } from 'lucide-react';
import { Gauge, LockKeyhole, MemoryStick, PlugZap, ServerCrash, ShieldX, Timer, Webhook } from 'lucide-react';
import { t } from '#web/lib/i18n/index.ts';

/** One request that goes wrong, in the words of `/local/faults`. */
interface Fault {
  readonly platform: string;
  readonly kind: 'reply' | 'drop_before' | 'drop_after' | 'delay';
  readonly path?: string;
  readonly longer_than?: number;
  readonly times?: number;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly delay_ms?: number;
}

export interface Scenario {
  readonly id: string;
  readonly icon: LucideIcon;
  readonly title: string;
  /** What happens, and how it heals. */
  readonly story: string;
  readonly faults?: readonly Fault[];
  readonly lab?: { readonly books_closed_to?: string; readonly webhooks_lost?: boolean };
}

const unauthorized = {
  fault: {
    error: [{ message: 'message=AuthenticationFailed; errorCode=003200; statusCode=401', code: '3200' }],
    type: 'AUTHENTICATION',
  },
};

/** What can be broken with a click. `today`: books are closed up to it, so that nothing of today gets in. */
export const scenariosOf = (today: string): readonly Scenario[] => [
  {
    id: 'throttled',
    icon: Gauge,
    title: t('faultLab.throttled'),
    story: t('faultLab.throttledStory'),
    faults: [
      { platform: 'woocommerce', kind: 'reply', status: 429, times: 3, headers: { 'retry-after': '2' } },
      {
        platform: 'quickbooks',
        kind: 'reply',
        status: 429,
        times: 3,
        path: '/v3/company',
        headers: { 'retry-after': '2' },
      },
    ],
  },
  {
    id: 'lost-answer',
    icon: PlugZap,
    title: t('faultLab.lostAnswer'),
    story: t('faultLab.lostAnswerStory'),
    faults: [{ platform: 'quickbooks', kind: 'drop_after', path: 'batch', times: 1 }],
  },
  {
    id: 'outage',
    icon: ServerCrash,
    title: t('faultLab.outage'),
    story: t('faultLab.outageStory'),
    faults: [{ platform: 'quickbooks', kind: 'reply', status: 503, times: 4, path: '/v3/company' }],
  },
  {
    id: 'slow',
    icon: Timer,
    title: t('faultLab.slow'),
    story: t('faultLab.slowStory'),
    faults: [{ platform: 'supabase', kind: 'delay', delay_ms: 4000, times: 3 }],
  },
  {
    id: 'weak-shop',
    icon: MemoryStick,
    title: t('faultLab.weakShop'),
    story: t('faultLab.weakShopStory'),
    faults: [{ platform: 'woocommerce', kind: 'reply', status: 500, times: 0, longer_than: 40_000 }],
  },
  {
    id: 'revoked',
    icon: ShieldX,
    title: t('faultLab.revoked'),
    story: t('faultLab.revokedStory'),
    faults: [
      { platform: 'quickbooks', kind: 'reply', status: 401, times: 0, path: '/v3/company', body: unauthorized },
      {
        platform: 'quickbooks',
        kind: 'reply',
        status: 400,
        times: 0,
        path: '/oauth2/v1/tokens/bearer',
        headers: { 'content-type': 'application/json' },
        body: { error: 'invalid_grant' },
      },
    ],
  },
  {
    id: 'lost-webhooks',
    icon: Webhook,
    title: t('faultLab.lostWebhooks'),
    story: t('faultLab.lostWebhooksStory'),
    lab: { webhooks_lost: true },
  },
  {
    id: 'closed-books',
    icon: LockKeyhole,
    title: t('faultLab.closedBooks'),
    story: t('faultLab.closedBooksStory'),
    lab: { books_closed_to: today },
  },
];
