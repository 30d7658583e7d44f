import * as z from 'zod';
import { ok, type Result } from '../../core/failure.ts';
import type { ConnectionCheck, ConnectionContext, Connector } from '../connector.ts';
import { createClient } from './client.ts';
import { documentUrl } from './document-url.ts';
import { openLedger } from './ledger.ts';
import { sourceSchemas, targetSchemas } from './schemas.ts';
import { openSource } from './source.ts';
import { openStock } from './stock.ts';
import { openTarget } from './target.ts';
import { openHooks } from './webhook-hooks.ts';
import { readWebhook } from './webhooks.ts';
import { openWriter } from './writer.ts';

const credentials = z.strictObject({
  store_url: z
    .url({ protocol: /^https?$/ })
    .describe('Address of the shop, as customers type it')
    .transform((url) => url.replace(/\/+(wp-json\/?.*)?$/, '')),
  consumer_key: z.string().regex(/^ck_[0-9a-zA-Z]{8,}$/, 'must look like ck_…'),
  consumer_secret: z.string().regex(/^cs_[0-9a-zA-Z]{8,}$/, 'must look like cs_…'),
});

const rootSchema = z.object({
  name: z.string().default(''),
  timezone_string: z.string().default(''),
  gmt_offset: z.union([z.number(), z.string()]).default(0),
});
const settingSchema = z.object({ id: z.string(), value: z.unknown() });

export const woocommerce: Connector = {
  platform: 'woocommerce',
  title: 'WooCommerce',
  credentials,
  secretFields: ['consumer_key', 'consumer_secret'],
  schemas: { source: sourceSchemas, target: targetSchemas },
  settings: z.strictObject({}),
  // WooCommerce itself has no limit; this keeps a shared host alive.
  rateLimits: [{ kind: 'request', count: 20, per_ms: 1000 }],
  documentUrl,
  check,
  openSource,
  openTarget,
  openWriter,
  openLedger,
  openStock,
  webhooks: { read: readWebhook, openHooks },
};

async function check(context: ConnectionContext): Promise<Result<ConnectionCheck>> {
  const client = createClient(context);
  const root = await client.get('');
  if (!root.ok) return root;
  const orders = await client.list('wc/v3/orders', { per_page: 1, _fields: 'id,version' });
  if (!orders.ok) return orders;
  const tax = await client.list('wc/v3/settings/tax', {});
  if (!tax.ok) return tax;
  const general = await client.list('wc/v3/settings/general', {});
  if (!general.ok) return general;
  const site = rootSchema.parse(root.value);
  const settings = new Map(
    [...tax.value.rows, ...general.value.rows]
      .map((row) => settingSchema.parse(row))
      .map(({ id, value }) => [id, value]),
  );
  const currency = String(settings.get('woocommerce_currency') ?? 'USD');
  const roundsAtSubtotal = settings.get('woocommerce_tax_round_at_subtotal') === 'yes';
  const [latest] = orders.value.rows as { version?: string }[];
  return ok({
    display_name: `${site.name || 'Shop'} (WooCommerce${latest?.version ? ` ${latest.version}` : ''}, ${currency})`,
    profile: {
      name: site.name,
      time_zone: zoneOf(site),
      currency,
      prices_include_tax: settings.get('woocommerce_prices_include_tax') === 'yes',
      round_at_subtotal: roundsAtSubtotal,
      version: latest?.version ?? null,
    },
    suggested_settings: {},
    warnings: roundsAtSubtotal
      ? ['The shop rounds tax at subtotal level: some orders are a cent off their own lines and get a rounding line.']
      : [],
  });
}

/** A shop without a named zone has a fixed offset, which `Intl` takes as `+05:30`. */
function zoneOf({ timezone_string, gmt_offset }: z.infer<typeof rootSchema>): string {
  if (timezone_string) return timezone_string;
  const minutes = Math.round(Number(gmt_offset) * 60);
  const size = Math.abs(minutes);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
