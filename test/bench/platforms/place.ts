import type { Meters } from '#local/platforms/quickbooks/company.ts';

/** Where everything a sync talks to listens. All of it runs in one process of its own, apart from what is measured. */
export interface Place {
  readonly woocommerce: string;
  readonly quickbooks: string;
  readonly objects: string;
  readonly secrets: string;
  readonly dynamodb: string;
  readonly table: string;
  readonly queueUrl: string;
  /** Control API of the platforms' process. */
  readonly control: string;
}

/** A new, empty company and the right to write to it. */
export interface CompanyGrant {
  readonly realmId: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** What the platforms saw. */
export interface Sightings {
  /** Counted by the QuickBooks simulator for one company. */
  readonly quickbooks: Meters;
  readonly woocommerce_calls: number;
  /** CPU the platforms' process has used so far, ms. */
  readonly cpu_ms: number;
}

/** Control calls to the platforms' process, by anybody who knows the place. */
export const control = {
  newCompany: (place: Place) => call<CompanyGrant>(place, 'POST', 'companies'),
  sightings: (place: Place, realmId: string) => call<Sightings>(place, 'GET', `sightings/${realmId}`),
  limits: (place: Place, limits: 'documented' | 'off') => call<null>(place, 'POST', `limits/${limits}`),
};

async function call<T>(place: Place, method: string, path: string): Promise<T> {
  const response = await fetch(`${place.control}/${path}`, { method });
  if (!response.ok) throw new Error(`control ${path}: ${await response.text()}`);
  return (await response.json()) as T;
}
