import { createRequire } from 'node:module';
import WooCommerce from '@woocommerce/woocommerce-rest-api';
import type { QuickBooks, QuickBooksCallback } from 'node-quickbooks';
import type { CompanyGrant, Place } from '../platforms/place.ts';
import { app, shopKeys } from '../settings.ts';

/** The class itself is exported, which its types do not say. */
const QuickBooksClass = createRequire(import.meta.url)('node-quickbooks') as typeof QuickBooks;

export function openShop(place: Place) {
  return new WooCommerce.default({ url: place.woocommerce, ...shopKeys, version: 'wc/v3' });
}

export function openBooks(place: Place, { realmId, accessToken, refreshToken }: CompanyGrant): QuickBooks {
  const { clientId, clientSecret } = app;
  const books = new QuickBooksClass(
    clientId,
    clientSecret,
    accessToken,
    false,
    realmId,
    false,
    false,
    '75',
    '2.0',
    refreshToken,
  );
  books.endpoint = `${place.quickbooks}/v3/company/`;
  return books;
}

/** The library speaks in callbacks. */
export function answered<T>(call: (callback: QuickBooksCallback<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, data) => {
      if (error) reject(error);
      else resolve(data as T);
    });
  });
}
