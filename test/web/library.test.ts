import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConnectorHealth, FailureCause } from '#client/index.ts';
import { attentionOf, type Situation } from '#web/features/overview/attention.ts';
import { readClaims } from '#web/lib/auth/claims.ts';
import { inWords, nameOf } from '#web/lib/document.ts';
import {
  dayIn,
  formatDay,
  formatDelta,
  formatDuration,
  formatInstant,
  formatMoney,
  formatQuantity,
} from '#web/lib/format.ts';
import { format } from '#web/lib/i18n/message.ts';
import { day, flag, oneOf, search, text } from '#web/lib/search.ts';

describe('fields of documents', () => {
  it.each([
    ['DisplayName', 'Display name'],
    ['Line[0].SalesItemLineDetail.ItemRef.value', 'Line 1 › Sales item line detail › Item ref › Value'],
    ['line_items[].total_tax', 'Line items › Total tax'],
  ])('%s is called %s', (path, name) => {
    expect(nameOf(path)).toBe(name);
  });

  it.each([
    [undefined, ''],
    [{ Line1: '', City: null, Lines: [] }, ''],
    [{ Id: '79' }, ''],
    [12.5, '12.5'],
    [{ FreeFormNumber: '555 0101' }, '555 0101'],
    [{ value: '7', name: 'Ada Lovelace' }, 'Ada Lovelace'],
    [{ Id: '79', Line1: '173 Main St', City: 'Kent', Country: '' }, 'Line1: 173 Main St, City: Kent'],
    [[{ name: 'a' }, '', 'b'], 'a; b'],
  ])('%j reads %j', (value, words) => {
    expect(inWords(value)).toBe(words);
  });
});

describe('messages', () => {
  const files = { one: '{count} file of {owner}', other: '{count} files of {owner}' };
  const polish = { one: '{count} plik', few: '{count} pliki', many: '{count} plików', other: '{count} pliku' };

  it('take the plural form of their language, and numbers in its digits', () => {
    const say = (count: number, tag: string) => format(files, { count, owner: 'Ann' }, new Intl.Locale(tag));
    expect([say(1, 'en'), say(0, 'en'), say(12_345, 'en')]).toEqual([
      '1 file of Ann',
      '0 files of Ann',
      '12,345 files of Ann',
    ]);
    expect(say(12_345, 'de')).toBe('12.345 files of Ann');
    expect([1, 3, 5].map((count) => format(polish, { count }, new Intl.Locale('pl')))).toEqual([
      '1 plik',
      '3 pliki',
      '5 plików',
    ]);
  });

  it('put values in as they are: braces and dollar signs of a shop mean nothing', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        expect(format('<{a}|{b}>', { a: value, b: 'x' }, new Intl.Locale('en'))).toBe(`<${value}|x>`);
      }),
    );
  });
});

describe('formats', () => {
  it('lose no digit of an amount, however large', () => {
    expect(formatMoney('9007199254740993.10', 'USD')).toBe('$9,007,199,254,740,993.10');
    expect(formatMoney('-0.05', 'EUR')).toBe('-€0.05');
    expect(formatMoney('1500', 'JPY')).toBe('¥1,500');
  });

  it('show a business day as it is, whatever the zone of the browser, and know which day it is for the store', () => {
    expect(formatDay('2026-03-01')).toBe('Mar 1, 2026');
    expect(dayIn(new Date('2026-11-29T03:00:00Z'), 'America/New_York')).toBe('2026-11-28');
    expect(dayIn(new Date('2026-11-28T23:30:00Z'), 'Europe/Berlin')).toBe('2026-11-29');
  });

  it('show times in the zone of the store; where it is not known yet, in UTC, and say so', () => {
    expect(formatInstant('2025-07-01T03:30:00Z', 'America/New_York')).toBe('Jun 30, 2025, 11:30 PM');
    expect(formatInstant('2025-07-01T03:30:00Z', undefined)).toBe('Jul 1, 2025, 03:30 AM UTC');
    expect(dayIn(new Date('2026-11-28T23:30:00Z'), undefined)).toBe('2026-11-28');
  });

  it('lose no digit of a quantity, and say whether it is more or less', () => {
    expect(formatQuantity('12345678901234567890.125')).toBe('12,345,678,901,234,567,890.125');
    expect(['3', '-2.5', '0'].map(formatDelta)).toEqual(['+3', '-2.5', '0']);
  });

  it('say how long something takes', () => {
    expect([0, 45, 95, 3600, 7384].map(formatDuration)).toEqual([
      '0 sec',
      '45 sec',
      '1 min 35 sec',
      '1 hr',
      '2 hr 3 min',
    ]);
  });
});

describe('filters in the address', () => {
  const read = search({ q: text, from: day, open: flag, status: oneOf(['failed', 'running']) });

  it('are read, and what makes no sense is left out', () => {
    expect(read({ q: 1001, from: '2026-11-28', open: true, status: 'failed' })).toEqual({
      q: '1001',
      from: '2026-11-28',
      open: true,
      status: 'failed',
    });
    expect(read({ q: '', from: 'yesterday', open: 'yes', status: '<script>', more: 1 })).toEqual({});
  });

  it('never fail, whatever somebody wrote into the address', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('q', 'from', 'open', 'status', 'x'), fc.jsonValue()), (query) => {
        expect(Object.keys(read(query)).every((name) => ['q', 'from', 'open', 'status'].includes(name))).toBe(true);
      }),
    );
  });
});

describe('claims of a token', () => {
  const token = (claims: object) => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.y`;

  it('say who one is, under our names and those of a user pool', () => {
    const own = { sub: 'u1', tenant_id: 'shop', role: 'manager', name: 'Zoë Łuk', exp: 10 };
    expect(readClaims(token(own))).toEqual({
      session: { tenant: 'shop', user: 'u1', name: 'Zoë Łuk', role: 'manager' },
      expiresAt: 10_000,
    });
    const pool = { sub: 'u1', 'custom:tenant_id': 'shop', 'custom:role': 'viewer', email: 'ann@shop.example', exp: 10 };
    expect(readClaims(token(pool)).session).toMatchObject({ role: 'viewer', name: 'ann@shop.example' });
  });

  it('make nobody a member who has no tenant or a role that does not exist', () => {
    for (const claims of [{ sub: 'u' }, { sub: 'u', tenant_id: 't' }, { sub: 'u', tenant_id: 't', role: 'root' }]) {
      expect(readClaims(token(claims)).session).toBeUndefined();
    }
  });
});

describe('what needs a person first', () => {
  const connector = (platform: string, changes: Partial<ConnectorHealth> = {}): ConnectorHealth => ({
    platform,
    title: platform,
    status: 'connected',
    enabled: true,
    health: 'healthy',
    failure: null,
    last_check_at: null,
    last_sync_at: null,
    queue_depth: 0,
    breaker: { state: 'closed', opened_at: null, retry_at: null },
    errors_24h: 0,
    ...changes,
  });
  const cause = {
    id: 'c1',
    count: { open: 2, acknowledged: 1 },
    reason: 'The period is closed.',
    fix: 'Open it.',
  } as FailureCause;
  const well: Situation = {
    connectors: [connector('woocommerce'), connector('quickbooks'), connector('supabase', { status: 'disconnected' })],
    causes: [],
    conflicts: [],
    moreConflicts: false,
    comparison: undefined,
  };
  const ids = (situation: Partial<Situation>) => attentionOf({ ...well, ...situation }).map(({ id }) => id);

  it('is nothing where two systems work and everything arrived, also when a third is not in use', () => {
    expect(ids({})).toEqual([]);
    expect(ids({ causes: [{ ...cause, count: { open: 0, acknowledged: 3 } }] })).toEqual([]);
  });

  it('is a lost grant and records that did not arrive before what only wants a decision', () => {
    const resting = connector('supabase', { breaker: { state: 'open', opened_at: null, retry_at: null } });
    const lost = connector('quickbooks', { status: 'reauth_required' });
    const comparison = { open: 3 } as Situation['comparison'];
    expect(ids({ connectors: [resting, lost], causes: [cause], comparison, conflicts: [{} as never] })).toEqual([
      'connection-quickbooks',
      'cause-c1',
      'connection-supabase',
      'conflicts',
      'differences',
    ]);
  });

  it('is to connect, as long as there are no two systems to keep in step', () => {
    const none = ['woocommerce', 'quickbooks'].map((platform) => connector(platform, { status: 'disconnected' }));
    expect(ids({ connectors: none })).toEqual(['connection-woocommerce', 'connection-quickbooks']);
  });
});
