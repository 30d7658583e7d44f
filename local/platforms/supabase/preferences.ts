import { ApiError } from './errors.ts';

/** What a caller asked for with `Prefer`. https://docs.postgrest.org/en/v14/references/api/preferences.html */
export interface Preferences {
  readonly resolution?: 'merge-duplicates' | 'ignore-duplicates';
  readonly missing?: 'default' | 'null';
  readonly return?: 'minimal' | 'headers-only' | 'representation';
  readonly count?: 'exact' | 'planned' | 'estimated';
  readonly tx?: 'commit' | 'rollback';
  readonly handling?: 'strict' | 'lenient';
  readonly 'max-affected'?: string;
}

type PreferenceName = keyof Preferences;

const known: readonly (readonly [PreferenceName, RegExp])[] = [
  ['resolution', /^(merge|ignore)-duplicates$/],
  ['missing', /^(default|null)$/],
  ['return', /^(minimal|headers-only|representation)$/],
  ['count', /^(exact|planned|estimated)$/],
  ['tx', /^(commit|rollback)$/],
  ['handling', /^(strict|lenient)$/],
  ['max-affected', /^\d+$/],
];

/**
 * Reads the `Prefer` header; the first value of a preference counts.
 *
 * @throws ApiError 400 PGRST122 for unknown preferences under `handling=strict`.
 */
export function parsePreferences(header: string | undefined): Preferences {
  const found: Partial<Record<PreferenceName, string>> = {};
  const unknown: string[] = [];
  for (const token of (header ?? '').split(',').map((part) => part.trim())) {
    if (token === '') continue;
    const [name = '', value = ''] = token.split('=').map((part) => part.trim());
    const entry = known.find(([key, pattern]) => key === name && pattern.test(value));
    if (entry) found[entry[0]] ??= value;
    else unknown.push(token);
  }
  if (found.handling === 'strict' && unknown.length > 0) {
    throw new ApiError({
      status: 400,
      code: 'PGRST122',
      message: 'Invalid preferences given with handling=strict',
      details: `Invalid preferences: ${unknown.join(', ')}`,
    });
  }
  return found as Preferences;
}

/** `Preference-Applied` for the named preferences, in PostgREST's fixed order; no header when none was given. */
export function appliedHeader(preferences: Preferences, honoured: readonly PreferenceName[]): Record<string, string> {
  const applied = known
    .filter(([name]) => honoured.includes(name) && preferences[name] !== undefined)
    .map(([name]) => `${name}=${preferences[name]}`);
  return applied.length > 0 ? { 'preference-applied': applied.join(', ') } : {};
}

/** Rolls back a write that touched more rows than `handling=strict, max-affected=N` allows. */
export function checkMaxAffected(preferences: Preferences, rows: number): void {
  const limit = preferences['max-affected'];
  if (preferences.handling !== 'strict' || limit === undefined || rows <= Number(limit)) return;
  throw new ApiError({
    status: 400,
    code: 'PGRST124',
    message: 'Query result exceeds max-affected preference constraint',
    details: `The query affects ${rows} rows`,
  });
}
