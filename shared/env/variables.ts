import * as z from 'zod';

const text = z.string().min(1);
const url = z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/$/, ''));

const commaList = z
  .string()
  .default('')
  .transform((value) =>
    value
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  );

/** Every function has these. */
export const common = { STAGE: text };

/** Name of the single table. */
export const table = { TABLE_NAME: text };

/** The FIFO queue of lanes. */
export const lanes = { LANE_QUEUE_URL: z.url() };

/** The FIFO queue that has pending changes carried soon. */
export const changes = { CHANGE_QUEUE_URL: z.url() };

/** What bringing a waiting slice back later needs. */
export const resume = { SCHEDULE_GROUP: text, RESUME_ROLE_ARN: text, LANE_QUEUE_ARN: text };

/** What making schedules of tenants needs. */
export const timers = {
  TIMER_GROUP: text,
  TIMER_ROLE_ARN: text,
  TIMER_TARGET_ARN: text,
  TIMER_DEAD_LETTERS_ARN: text,
};

/** Plans, before-images and payloads. */
export const journal = { JOURNAL_BUCKET: text };

/** Files a person downloads. */
export const exports = { EXPORT_BUCKET: text };

/** Base URL of this API without a trailing slash. */
export const publicUrl = { PUBLIC_URL: url };

/** Origins that serve the console, `https://a,https://b`, beside that of the API. Default none. */
export const consoleOrigins = { CONSOLE_ORIGINS: commaList };

/** Names of tenants' secrets start with it. */
export const tenantSecrets = { SECRET_PREFIX: text.endsWith('/') };

/** Address that mails come from. */
export const mail = { MAIL_SENDER: z.email() };

/** Which QuickBooks. */
export const quickBooksAddresses = {
  /** What live connections are to; tenants in sandbox mode use Intuit's sandbox in either. */
  QUICKBOOKS_ENVIRONMENT: z.enum(['sandbox', 'production']),
  /** Instead of Intuit's addresses: a simulator's. Unset when deployed. */
  QUICKBOOKS_API_URL: url.optional(),
  QUICKBOOKS_AUTHORIZE_URL: url.optional(),
  QUICKBOOKS_TOKEN_URL: url.optional(),
  QUICKBOOKS_REVOKE_URL: url.optional(),
};

/** What calling addresses that a tenant gave needs. */
export const outbound = {
  /** `host:port,host:port` that requests may go to although they are local. Default none; unset when deployed. */
  OUTBOUND_ALLOWED_HOSTS: commaList,
};

/** What reaching the platforms needs. */
export const platforms = {
  ...tenantSecrets,
  /** Name of the secret `{client_id, client_secret, sandbox?}` of the app registered with Intuit. */
  QUICKBOOKS_APP_SECRET: text,
  ...quickBooksAddresses,
  ...outbound,
};
