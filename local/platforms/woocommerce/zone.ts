/** A store's time zone. "Local" values are wall-clock times written as if they were UTC milliseconds. */
export interface Zone {
  readonly name: string;
  /** Milliseconds to add to UTC at that instant. */
  offset(epochMs: number): number;
  toLocal(epochMs: number): number;
  /** The first of two instants at the end of summer time; shifted forward in the gap at its start, as PHP does. */
  toEpoch(local: number): number;
}

const slot = 1_800_000;
const day = 86_400_000;
const zones = new Map<string, Zone>();

/** Cached by half-hour slots: `Intl` alone is too slow for pages of a hundred orders. @throws RangeError for an unknown zone. */
export function zoneOf(name: string): Zone {
  const known = zones.get(name);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  const offsets = new Map<number, number>();
  const offset = (epochMs: number): number => {
    const key = Math.floor(epochMs / slot);
    let value = offsets.get(key);
    if (value === undefined) {
      value = readOffset(format, key * slot);
      offsets.set(key, value);
    }
    return value;
  };
  const zone: Zone = {
    name,
    offset,
    toLocal: (epochMs) => epochMs + offset(epochMs),
    toEpoch: (local) => {
      const before = offset(local - day);
      const after = offset(local + day);
      if (offset(local - before) === before) return local - before;
      return offset(local - after) === after ? local - after : local - before;
    },
  };
  zones.set(name, zone);
  return zone;
}

function readOffset(format: Intl.DateTimeFormat, epochMs: number): number {
  const text = format.formatToParts(epochMs).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const match = /([+-])(\d{2}):(\d{2})/.exec(text);
  if (!match) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return (match[1] === '-' ? -minutes : minutes) * 60_000;
}

/** `2026-11-22T12:31:35`, the form of every date in the API. */
export function wallText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19);
}
