import * as z from 'zod';
import { ok, type Result } from '../../core/failure.ts';
import { isDecimalText } from '../../core/money.ts';
import type { ConnectionCheck, ConnectionContext, Connector } from '../connector.ts';
import { openLedger } from './ledger.ts';
import { openSource } from './source.ts';
import { openTarget, openWriter } from './target.ts';

const zone = z.string().refine(
  (name) => {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
    } catch {
      return false;
    }
  },
  { error: 'must be an IANA time zone like Europe/Berlin' },
);

/** Nothing of it is secret: tills call this API with the tenant's own tokens. Connecting switches them on. */
const credentials = z.strictObject({
  name: z.string().min(1).max(100).default('Tills'),
  time_zone: zone.default('UTC').describe('Days of sales are days of this zone'),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default('USD'),
});

const settings = z.strictObject({
  stock_floor: z
    .string()
    .refine((value) => isDecimalText(value) && Number(value) >= 0, 'must be a decimal from 0')
    .default('0')
    .describe('The shop is never told less than this'),
});

/** The EasySale POS: it has no API of its own, so its records are kept on the shelf. */
export const pos: Connector = {
  platform: 'pos',
  title: 'EasySale POS',
  credentials,
  secretFields: [],
  settings,
  rateLimits: [],
  check,
  openSource,
  openLedger,
  openTarget,
  openWriter,
};

async function check({ profile }: ConnectionContext): Promise<Result<ConnectionCheck>> {
  const { name, time_zone, currency } = credentials.parse({
    name: profile.name,
    time_zone: profile.time_zone,
    currency: profile.currency,
  });
  return ok({
    display_name: `${name} (${currency}, ${time_zone})`,
    profile: { name, time_zone, currency },
    suggested_settings: {},
    warnings: [],
  });
}
