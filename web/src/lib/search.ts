/** Reads one value of the query; undefined for what is missing or makes no sense. */
type Reader<Value> = (value: unknown) => Value | undefined;

export const text: Reader<string> = (value) =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;

export const day: Reader<string> = (value) =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined;

export const flag: Reader<boolean> = (value) => (value === true ? true : undefined);

export const oneOf =
  <const Choice extends string>(choices: readonly Choice[]): Reader<Choice> =>
  (value) =>
    choices.find((choice) => choice === value);

type Readers = Readonly<Record<string, Reader<unknown>>>;
export type SearchOf<R extends Readers> = { readonly [Name in keyof R]?: NonNullable<ReturnType<R[Name]>> | undefined };

/** `validateSearch` of a route: filters live in the address, and an address that somebody wrote by hand breaks nothing. */
export const search =
  <R extends Readers>(readers: R) =>
  (query: Readonly<Record<string, unknown>>): SearchOf<R> => {
    const read = Object.entries(readers).map(([name, reader]) => [name, reader(query[name])] as const);
    return Object.fromEntries(read.filter(([, value]) => value !== undefined)) as SearchOf<R>;
  };

type Filled<Search> = { readonly [Name in keyof Search]?: Exclude<Search[Name], undefined> };

/** Without what is undefined or empty: what one wrote into filters, for the address or for a call. */
export const filled = <Search extends object>(search: Search): Filled<Search> =>
  Object.fromEntries(
    Object.entries(search).filter(([, value]) => value !== undefined && value !== ''),
  ) as Filled<Search>;
