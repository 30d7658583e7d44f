import { ok, type Result } from '../../core/failure.ts';
import type { JsonObject } from '../../core/json.ts';
import type { WriteItem } from '../target.ts';
import type { QuickBooksClient } from './client.ts';
import { textAt } from './find.ts';

/**
 * Gives new documents in a foreign currency the company's own rate of their day: without one the API books them at 1:1
 * (reference section 3.4). Asked once per currency and day, and only when a document is created.
 */
export function createExchangeRates(client: QuickBooksClient, homeCurrency: string) {
  const known = new Map<string, string | undefined>();

  const rateFor = async (currency: string, day: string): Promise<Result<string | undefined>> => {
    const key = `${currency} ${day}`;
    if (!known.has(key)) {
      const reply = await client.read(
        `exchangerate?sourcecurrencycode=${encodeURIComponent(currency)}&asofdate=${day}`,
      );
      if (!reply.ok && reply.failure.retryable) return reply;
      known.set(key, reply.ok ? textAt(reply.value, 'ExchangeRate.Rate') : undefined);
    }
    return ok(known.get(key));
  };

  return {
    /** Payloads of the items in their order, rates added where needed. */
    async complete(items: readonly WriteItem[]): Promise<Result<JsonObject[]>> {
      const payloads: JsonObject[] = [];
      for (const { action, payload } of items) {
        const currency = textAt(payload, 'CurrencyRef.value');
        const day = textAt(payload, 'TxnDate');
        if (action === 'update' || currency === undefined || day === undefined || currency === homeCurrency) {
          payloads.push(payload);
          continue;
        }
        const rate = await rateFor(currency, day);
        if (!rate.ok) return rate;
        payloads.push(rate.value === undefined ? payload : { ...payload, ExchangeRate: rate.value });
      }
      return ok(payloads);
    },
  };
}
