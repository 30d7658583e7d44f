import { describe, expect, it } from 'vitest';
import { storeZone } from '#shared/sync/store-zone.ts';

const at = (platform: string, time_zone: unknown, status = 'connected') => ({
  platform,
  status,
  profile: { time_zone },
});
const shop = at('woocommerce', 'Europe/Berlin');
const tills = at('pos', 'Asia/Tokyo');
const books = at('quickbooks', 'America/Los_Angeles');

describe('the calendar of a business', () => {
  it.each([
    ['is that of its shop, in whatever order connections are listed', [books, tills, shop], 'Europe/Berlin'],
    ['is that of its tills where there is no shop', [books, tills], 'Asia/Tokyo'],
    ['is that of its books where nobody sells', [at('supabase', null), books], 'America/Los_Angeles'],
    [
      'is not that of a shop that was disconnected',
      [books, at('woocommerce', 'Europe/Berlin', 'disconnected')],
      'America/Los_Angeles',
    ],
    ['stays that of a shop in trouble', [books, at('woocommerce', 'Europe/Berlin', 'error')], 'Europe/Berlin'],
    ['may have a fixed offset', [books, at('woocommerce', '+05:30')], '+05:30'],
    ['is that of who names one that there is', [at('woocommerce', 'Mars/Olympus'), tills], 'Asia/Tokyo'],
    ['is UTC where nobody names one', [at('woocommerce', ''), at('supabase', undefined)], 'UTC'],
    ['is UTC where nothing is connected', [], 'UTC'],
  ] as const)('%s', (_name, connections, expected) => {
    expect(storeZone(connections)).toBe(expected);
  });
});
