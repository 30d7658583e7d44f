/**
 * What all random choices of the suite come from, so that a run is the same as the one before it. `SEED=<number>` makes
 * another, `SEED=random npm test` any other, `RUNS=10` ten times as many cases.
 */
export const seed = wholeNumber('SEED', 20_261_128);
/** How many times the usual number of cases. */
export const effort = wholeNumber('RUNS', 1);

/** How many cases of a property are tried. */
export const cases = (usual: number): number => usual * effort;

function wholeNumber(name: string, otherwise: number): number {
  const value = process.env[name] ?? String(otherwise);
  if (!/^\d+$/.test(value)) throw new Error(`${name}=${value} is no whole number`);
  return Number(value);
}
