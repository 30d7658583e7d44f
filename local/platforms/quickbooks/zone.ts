const offsets = new Map<string, Map<number, number>>();
const formats = new Map<string, Intl.DateTimeFormat>();
const quarterHour = 900_000;

/** Offset of the zone from UTC in minutes at that instant. Zones change on quarter hours only, so it is kept by those. */
function offsetMinutes(epochMs: number, zone: string): number {
  const slot = Math.floor(epochMs / quarterHour);
  const known = offsets.get(zone) ?? new Map<number, number>();
  offsets.set(zone, known);
  const cached = known.get(slot);
  if (cached !== undefined) return cached;
  if (known.size > 10_000) known.clear();
  const minutes = readOffset(slot * quarterHour, zone);
  known.set(slot, minutes);
  return minutes;
}

function readOffset(epochMs: number, zone: string): number {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset', hour: 'numeric' });
  formats.set(zone, format);
  const name = format.formatToParts(epochMs).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  const match = /([+-])(\d{2}):(\d{2})/.exec(name);
  if (!match) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === '-' ? -minutes : minutes;
}

/** `2020-09-29T05:58:16.187-07:00`; without milliseconds when `millis` is false, as in MetaData. */
export function zonedTime(epochMs: number, zone: string, millis: boolean): string {
  const minutes = offsetMinutes(epochMs, zone);
  const local = new Date(epochMs + minutes * 60_000).toISOString();
  const size = Math.abs(minutes);
  const pad = (value: number) => String(value).padStart(2, '0');
  const offset = `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
  return local.slice(0, millis ? 23 : 19) + offset;
}

export function zonedDay(epochMs: number, zone: string): string {
  return zonedTime(epochMs, zone, false).slice(0, 10);
}

/** Epoch of an ISO day or time; without an offset it is the company's local time. Undefined when it is neither. */
export function parseZoned(text: string, zone: string): number | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?(Z|[+-]\d{2}:?\d{2})?$/.exec(text);
  if (!match) return undefined;
  const clockTime = match[2] ?? '00:00:00';
  const utc = Date.parse(`${match[1]}T${clockTime}${match[3] ?? 'Z'}`);
  if (Number.isNaN(utc)) return undefined;
  return match[3] ? utc : utc - offsetMinutes(utc, zone) * 60_000;
}

/** The day `days` after an ISO day. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
