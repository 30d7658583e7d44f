import type { PlatformsEnv } from './functions.ts';
import type { quickBooksAddresses } from './variables.ts';

/** Addresses of QuickBooks Online, without a trailing slash. */
export interface QuickBooksUrls {
  readonly apiUrl: string;
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  readonly revokeUrl: string;
  /** The API's host for tenants in sandbox mode. */
  readonly sandboxApiUrl: string;
}

/** Intuit's discovery documents; sandbox and production share all but the API's host. */
const oauthUrls = {
  authorizeUrl: 'https://appcenter.intuit.com/connect/oauth2',
  tokenUrl: 'https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer',
  revokeUrl: 'https://developer.api.intuit.com/v2/oauth2/tokens/revoke',
};
const apiUrls = {
  sandbox: 'https://sandbox-quickbooks.api.intuit.com',
  production: 'https://quickbooks.api.intuit.com',
};

export function quickBooksUrls(env: Pick<PlatformsEnv, keyof typeof quickBooksAddresses>): QuickBooksUrls {
  return {
    apiUrl: env.QUICKBOOKS_API_URL ?? apiUrls[env.QUICKBOOKS_ENVIRONMENT],
    authorizeUrl: env.QUICKBOOKS_AUTHORIZE_URL ?? oauthUrls.authorizeUrl,
    tokenUrl: env.QUICKBOOKS_TOKEN_URL ?? oauthUrls.tokenUrl,
    revokeUrl: env.QUICKBOOKS_REVOKE_URL ?? oauthUrls.revokeUrl,
    sandboxApiUrl: env.QUICKBOOKS_API_URL ?? apiUrls.sandbox,
  };
}
