import { BookOpen, Database, type LucideIcon, MonitorSmartphone, Plug, ShoppingCart } from 'lucide-react';
import type { Connection } from '#web/lib/api.ts';
import type { MessageKey } from '#web/lib/i18n/index.ts';

type Text = Extract<MessageKey, `connections.${'woo' | 'qbo' | 'supabase' | 'pos' | 'plain' | 'field'}${string}`>;

export interface GuideField {
  /** As the API calls it. */
  readonly name: string;
  readonly label: Text;
  readonly hint: Text;
  readonly placeholder?: string;
  /** Hidden as it is typed, and never shown again. */
  readonly isSecret?: true;
  /** What a person most likely wants to enter. */
  readonly suggest?: () => string;
}

/** How a person connects one platform. */
export interface Guide {
  readonly icon: LucideIcon;
  /** What it is for, in a sentence. */
  readonly purpose: Text;
  /** What to do at the platform first, in order. */
  readonly steps: readonly Text[];
  readonly fields: readonly GuideField[];
  /** Which field a refusal of the platform is about, by its code. */
  readonly blames: Readonly<Record<string, string>>;
  /** Something has to be run on the platform itself before it can be connected. */
  readonly hasSetup?: true;
}

const unreachable = (field: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    ['connection.address_refused', 'network.unknown_host', 'network.unreachable', 'network.timeout'].map((code) => [
      code,
      field,
    ]),
  );

const guides: Readonly<Record<string, Guide>> = {
  woocommerce: {
    icon: ShoppingCart,
    purpose: 'connections.wooPurpose',
    steps: ['connections.wooStep1', 'connections.wooStep2', 'connections.wooStep3', 'connections.wooStep4'],
    fields: [
      {
        name: 'store_url',
        label: 'connections.fieldStoreUrl',
        hint: 'connections.fieldStoreUrlHint',
        placeholder: 'https://shop.example.com',
      },
      {
        name: 'consumer_key',
        label: 'connections.fieldConsumerKey',
        hint: 'connections.fieldConsumerKeyHint',
        placeholder: 'ck_',
        isSecret: true,
      },
      {
        name: 'consumer_secret',
        label: 'connections.fieldConsumerSecret',
        hint: 'connections.fieldConsumerSecretHint',
        placeholder: 'cs_',
        isSecret: true,
      },
    ],
    blames: {
      ...unreachable('store_url'),
      'woocommerce.redirected': 'store_url',
      'woocommerce.unexpected_reply': 'store_url',
      'woocommerce.key_unknown': 'consumer_key',
      'woocommerce.key_scope': 'consumer_key',
      'woocommerce.secret_invalid': 'consumer_secret',
    },
  },
  quickbooks: {
    icon: BookOpen,
    purpose: 'connections.qboPurpose',
    steps: ['connections.qboStep1', 'connections.qboStep2', 'connections.qboStep3'],
    fields: [],
    blames: {},
  },
  supabase: {
    icon: Database,
    purpose: 'connections.supabasePurpose',
    steps: ['connections.supabaseStep1', 'connections.supabaseStep2', 'connections.supabaseStep3'],
    fields: [
      {
        name: 'project_url',
        label: 'connections.fieldProjectUrl',
        hint: 'connections.fieldProjectUrlHint',
        placeholder: 'https://abcdefgh.supabase.co',
      },
      {
        name: 'secret_key',
        label: 'connections.fieldSecretKey',
        hint: 'connections.fieldSecretKeyHint',
        placeholder: 'sb_secret_',
        isSecret: true,
      },
    ],
    blames: {
      ...unreachable('project_url'),
      'supabase.project_paused': 'project_url',
      'supabase.key_invalid': 'secret_key',
      'supabase.key_not_secret': 'secret_key',
    },
    hasSetup: true,
  },
  pos: {
    icon: MonitorSmartphone,
    purpose: 'connections.posPurpose',
    steps: ['connections.posStep1', 'connections.posStep2'],
    fields: [
      { name: 'name', label: 'connections.posName', hint: 'connections.posNameHint' },
      { name: 'currency', label: 'connections.posCurrency', hint: 'connections.posCurrencyHint', placeholder: 'USD' },
      {
        name: 'time_zone',
        label: 'connections.posZone',
        hint: 'connections.posZoneHint',
        suggest: () => new Intl.DateTimeFormat().resolvedOptions().timeZone,
      },
    ],
    blames: {},
  },
};

const plain: Guide = { icon: Plug, purpose: 'connections.plainPurpose', steps: [], fields: [], blames: {} };

/** A platform without a guide of its own can still be looked at and switched. */
export const guideOf = (platform: string): Guide => guides[platform] ?? plain;

export const isConnected = ({ status }: Pick<Connection, 'status'>): boolean => status !== 'disconnected';

/** As its badge shows it: what its owner switched off is neither good nor bad. */
export const shownStatus = (connection: Connection): string =>
  isConnected(connection) && !connection.enabled ? 'disabled' : connection.status;
