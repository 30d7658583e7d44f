import { demoKeys, type Platforms } from './platforms.ts';

/** A real shop tells when its cron runs; here that is often, so that one can watch. */
const everyMs = 1000;

/**
 * Has shop and books tell of changes by themselves. Answers what ends it. QuickBooks is told of our address only now, as an
 * operator does once in the portal of Intuit.
 */
export function tellOfChanges({ woocommerce, quickbooks, lab }: Platforms, apiUrl: string): () => Promise<void> {
  const { webhookVerifier: verifierToken } = demoKeys.quickbooks;
  quickbooks.subscribe({ url: `${apiUrl}/api/webhooks/quickbooks`, verifierToken });
  let round: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    round = round.then(() => Promise.all([woocommerce.deliverWebhooks(lab.trouble), quickbooks.deliverWebhooks()]));
  }, everyMs);
  return async () => {
    clearInterval(timer);
    await round;
  };
}
