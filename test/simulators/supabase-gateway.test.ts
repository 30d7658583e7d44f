import { describe, expect, it } from 'vitest';
import type { SimRequest } from '#local/platforms/kit.ts';
import { admit } from '#local/platforms/supabase/gateway.ts';
import { signJwt } from '#local/platforms/supabase/jwt.ts';

const jwtSecret = 'a secret for these tests, 32 bytes long';
const settings = {
  keys: {
    secret: 'sb_secret_gateway',
    publishable: 'sb_publishable_gateway',
    legacyServiceRole: signJwt({ role: 'service_role' }, jwtSecret),
    legacyAnon: signJwt({ role: 'anon' }, jwtSecret),
  },
  jwtSecret,
  legacyKeysDisabled: false,
  now: () => Date.parse('2026-11-22T00:00:00Z'),
};

function request(headers: Readonly<Record<string, string>>): SimRequest {
  const query = new URLSearchParams();
  return { method: 'GET', path: '/rest/v1/orders', query, headers, body: '', target: '/rest/v1/orders' };
}

describe('the gateway', () => {
  it.each([
    [settings.keys.secret, 'service_role'],
    [settings.keys.legacyServiceRole, 'service_role'],
    [settings.keys.publishable, 'anon'],
    [settings.keys.legacyAnon, 'anon'],
  ])('knows the role of key %s', (apikey, role) => {
    expect(admit(request({ apikey }), settings)).toMatchObject({ admitted: true, role });
  });

  it('refuses legacy keys once they are switched off, and only those', () => {
    const off = { ...settings, legacyKeysDisabled: true };
    expect(admit(request({ apikey: settings.keys.legacyServiceRole }), off)).toMatchObject({
      reply: { status: 401, body: { message: 'Legacy API keys are disabled' } },
    });
    expect(admit(request({ apikey: settings.keys.secret }), off)).toMatchObject({ admitted: true });
  });

  it('lets a user token outrank the key', () => {
    const authorization = `Bearer ${signJwt({ role: 'authenticated', exp: 2_000_000_000 }, jwtSecret)}`;
    expect(admit(request({ apikey: settings.keys.secret, authorization }), settings)).toMatchObject({
      role: 'authenticated',
    });
  });

  it('gives no token a role outside the API', () => {
    const authorization = `Bearer ${signJwt({ role: 'postgres' }, jwtSecret)}`;
    expect(() => admit(request({ apikey: settings.keys.secret, authorization }), settings)).toThrow(
      'permission denied to set role "postgres"',
    );
  });
});
