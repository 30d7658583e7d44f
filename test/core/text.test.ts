import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainText, truncate } from '#shared/core/text.ts';

describe('plain text', () => {
  it.each([
    ['Fish &amp; Chips &#8211; large', 'Fish & Chips – large'],
    ['<p>Soft   <b>cotton</b><br/>shirt</p>', 'Soft cotton shirt'],
    ['5 < 7 and 7 > 5', '5 < 7 and 7 > 5'],
    ['a\u0000b\tc\r\nd', 'a b c d'],
    ['zero\u200Bwidth \uFEFFmark', 'zero width mark'],
    ['Party 🎉 hat 👨‍👩‍👧 set', 'Party hat set'],
    ['Widget™ ©2026 ®', 'Widget™ ©2026 ®'],
    ['  ', ''],
    ['קפה טחון', 'קפה טחון'],
    ['قهوة مطحونة ١٢', 'قهوة مطحونة ١٢'],
    ['Grüße aus Łódź – 東京', 'Grüße aus Łódź – 東京'],
    ['half \uD83D character', 'half character'],
  ])('of %j is %j', (value, text) => {
    expect(plainText(value)).toBe(text);
  });

  it('keeps the letters of right-to-left text and drops its invisible marks', () => {
    expect(plainText('\u202Bשלום\u202C \u200Eworld')).toBe('שלום world');
  });

  it('has no control characters, no lone surrogates and no outer or double spaces', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const text = plainText(value);
        expect(text.isWellFormed()).toBe(true);
        expect(text).toBe(text.trim());
        expect(text).not.toMatch(/\s\s|[\p{Cc}\p{Cf}]/u);
      }),
    );
  });
});

describe('truncating', () => {
  it('never leaves half a character and never more than asked', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat({ max: 40 }), (value, length) => {
        const cut = truncate(value, length);
        expect(cut.length).toBeLessThanOrEqual(length);
        expect(value.startsWith(cut)).toBe(true);
        expect(cut.isWellFormed()).toBe(true);
        expect(cut.length).toBeGreaterThanOrEqual(Math.min(value.length, length) - 1);
      }),
    );
  });

  it('leaves short text alone', () => {
    expect(truncate('abc', 3)).toBe('abc');
    expect(truncate('ab😀', 3)).toBe('ab');
  });
});
