import type { Row } from '../values.ts';

/** ISO alpha-2 to alpha-3: answers carry alpha-3 since autumn 2025. Unknown text is kept as it was sent. */
const alpha3: Readonly<Record<string, string>> = {
  AE: 'ARE',
  AR: 'ARG',
  AT: 'AUT',
  AU: 'AUS',
  BE: 'BEL',
  BG: 'BGR',
  BR: 'BRA',
  CA: 'CAN',
  CH: 'CHE',
  CL: 'CHL',
  CN: 'CHN',
  CO: 'COL',
  CZ: 'CZE',
  DE: 'DEU',
  DK: 'DNK',
  EE: 'EST',
  ES: 'ESP',
  FI: 'FIN',
  FR: 'FRA',
  GB: 'GBR',
  GR: 'GRC',
  HK: 'HKG',
  HR: 'HRV',
  HU: 'HUN',
  IE: 'IRL',
  IL: 'ISR',
  IN: 'IND',
  IT: 'ITA',
  JP: 'JPN',
  KR: 'KOR',
  LT: 'LTU',
  LU: 'LUX',
  LV: 'LVA',
  MX: 'MEX',
  NL: 'NLD',
  NO: 'NOR',
  NZ: 'NZL',
  PL: 'POL',
  PT: 'PRT',
  RO: 'ROU',
  SE: 'SWE',
  SG: 'SGP',
  SI: 'SVN',
  SK: 'SVK',
  TR: 'TUR',
  UA: 'UKR',
  UK: 'GBR',
  US: 'USA',
  ZA: 'ZAF',
};

/** An address as it is answered: with an id, an alpha-3 country and without members that were cleared. */
export function storedAddress(address: Row, id: string): Row {
  const { Id: _sent, Country, ...rest } = address;
  const stored: Row = { Id: id };
  for (const [name, value] of Object.entries(rest)) if (value !== null && value !== undefined) stored[name] = value;
  if (typeof Country === 'string') stored.Country = alpha3[Country.toUpperCase()] ?? Country;
  return stored;
}
