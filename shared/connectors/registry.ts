import type { Connector } from './connector.ts';
import { pos } from './pos/index.ts';
import { type AppKeys, createQuickBooks, type QuickBooksApp } from './quickbooks/index.ts';
import { supabase } from './supabase/index.ts';
import { woocommerce } from './woocommerce/index.ts';

export type { AppKeys };

/** What connectors need from the operator. A platform without its part is not offered. */
export interface ConnectorConfig {
  readonly quickbooks?: QuickBooksApp | undefined;
}

/** Every platform, by name. A new one is a folder and a line here. */
export function createConnectors(config: ConnectorConfig): Readonly<Record<string, Connector>> {
  const connectors = [woocommerce, supabase, ...(config.quickbooks ? [createQuickBooks(config.quickbooks)] : []), pos];
  return Object.fromEntries(connectors.map((connector) => [connector.platform, connector]));
}
