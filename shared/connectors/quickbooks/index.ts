import type { ConnectionContext, Connector } from '../connector.ts';
import { check } from './check.ts';
import { createClient } from './client.ts';
import { documentUrlAt } from './document-url.ts';
import { openLedger } from './ledger.ts';
import { createOAuth, type QuickBooksApp } from './oauth.ts';
import { targetSchemas } from './schemas.ts';
import { settings } from './settings.ts';
import { openSource } from './source.ts';
import { sourceSchemas } from './source-schemas.ts';
import { openTarget } from './target.ts';
import { settingChoices, verifySettings } from './verify-settings.ts';
import { createWebhooks } from './webhooks.ts';
import { openWriter } from './writer.ts';

export type { AppKeys, QuickBooksApp } from './oauth.ts';

/** QuickBooks Online, API v3. */
export function createQuickBooks(app: QuickBooksApp): Connector {
  return {
    platform: 'quickbooks',
    title: 'QuickBooks Online',
    secretFields: ['access_token', 'refresh_token'],
    settings,
    schemas: { source: sourceSchemas, target: targetSchemas },
    // Reference section 10, each a little longer than documented: clocks and networks are not exact.
    rateLimits: [
      { kind: 'request', count: 500, per_ms: 60_500 },
      { kind: 'request', count: 10, per_ms: 1_100 },
      { kind: 'batch', count: 40, per_ms: 60_500 },
    ],
    documentUrl: documentUrlAt(app.apiUrl),
    oauth: createOAuth(app),
    check: (context) => check(context, hostOf(app, context)),
    verifySettings: (context, chosen) => verifySettings(createClient(context, hostOf(app, context)), context, chosen),
    settingChoices: (context) => settingChoices(createClient(context, hostOf(app, context)), context.settings),
    openSource: (context) => openSource(context, hostOf(app, context)),
    openTarget: (context) => openTarget(context, hostOf(app, context)),
    openWriter: (context) => openWriter(context, hostOf(app, context)),
    webhooks: createWebhooks(app.webhookVerifier, app.sandboxKeys?.webhookVerifier),
    openLedger: (context, options) => openLedger(context, hostOf(app, context), options),
  };
}

function hostOf({ apiUrl, sandboxApiUrl }: QuickBooksApp, { sandbox }: ConnectionContext): string {
  return sandbox ? sandboxApiUrl : apiUrl;
}
