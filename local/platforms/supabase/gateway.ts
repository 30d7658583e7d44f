import type { SimReply, SimRequest } from '#local/platforms/kit.ts';
import { ApiError } from './errors.ts';
import { roleOfJwt } from './jwt.ts';

/** The keys of one project. */
export interface ProjectKeys {
  /** `sb_secret_...`: role `service_role`. */
  readonly secret: string;
  /** `sb_publishable_...`: role `anon`. */
  readonly publishable: string;
  /** Retired JWT keys, still accepted where given. */
  readonly legacyServiceRole?: string;
  readonly legacyAnon?: string;
}

export interface GatewaySettings {
  readonly keys: ProjectKeys;
  /** Signs user tokens. */
  readonly jwtSecret: string;
  /** Projects switch their legacy keys off as a pair. */
  readonly legacyKeysDisabled: boolean;
  readonly now: () => number;
}

export type Admission =
  | { readonly admitted: true; readonly role: string; readonly elevated: boolean }
  | { readonly admitted: false; readonly reply: SimReply };

const apiRoles = new Set(['anon', 'authenticated', 'service_role']);

/**
 * The gateway before the Data API: `apikey` names the role, a different bearer token outranks it. Its refusals have
 * no `code`, unlike PostgREST's. https://supabase.com/docs/guides/api/api-keys
 *
 * @throws ApiError for a bearer token that PostgREST refuses.
 */
export function admit(request: SimRequest, settings: GatewaySettings): Admission {
  const key = request.headers.apikey ?? request.query.get('apikey') ?? '';
  if (key === '') {
    return refuse('No API key found in request', 'No `apikey` request header or url param was found.');
  }
  const { keys } = settings;
  const isLegacy = key === keys.legacyServiceRole || key === keys.legacyAnon;
  if (isLegacy && settings.legacyKeysDisabled) {
    return refuse('Legacy API keys are disabled', 'Use the publishable and secret API keys of this project.');
  }
  const isElevated = key === keys.secret || key === keys.legacyServiceRole;
  if (!isElevated && !isLegacy && key !== keys.publishable) {
    return refuse('Invalid API key', 'Double check your Supabase `anon` or `service_role` API key.');
  }
  if (key === keys.secret && /^Mozilla\//.test(request.headers['user-agent'] ?? '')) {
    return refuse(
      'Forbidden use of secret API key in browser',
      'Secret API keys can only be used in a protected environment and should never be used in a browser. Delete this secret API key immediately.',
    );
  }
  const role = isElevated ? 'service_role' : 'anon';
  return { admitted: true, role: bearerRole(request, key, settings) ?? role, elevated: isElevated };
}

function bearerRole(request: SimRequest, key: string, settings: GatewaySettings): string | undefined {
  const token = /^Bearer\s+(.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined || token === key) return undefined;
  const role = roleOfJwt(token, settings.jwtSecret, settings.now());
  if (apiRoles.has(role)) return role;
  throw new ApiError({ status: 403, code: '42501', message: `permission denied to set role "${role}"` });
}

function refuse(message: string, hint: string): Admission {
  return { admitted: false, reply: { status: 401, body: { message, hint } } };
}
