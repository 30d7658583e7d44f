/** Query parameters as PHP sees them: `a[]=1&a[]=2` is a list, a repeated plain name keeps its last value. */
export type Params = Readonly<Record<string, string | readonly string[]>>;

export function phpParams(query: URLSearchParams): Params {
  const params: Record<string, string | string[]> = {};
  for (const [name, value] of query) {
    const list = /^(.+)\[\d*\]$/.exec(name)?.[1];
    if (list === undefined) {
      params[name] = value;
      continue;
    }
    const known = params[list];
    if (Array.isArray(known)) known.push(value);
    else params[list] = [value];
  }
  return params;
}

/** One value; the first of a list. */
export function single(params: Params, name: string): string | undefined {
  const value = params[name];
  return typeof value === 'string' ? value : value?.[0];
}

/** A list given as `a,b` or as `x[]=a&x[]=b`. */
export function list(params: Params, name: string): readonly string[] | undefined {
  const value = params[name];
  if (value === undefined) return undefined;
  const parts = typeof value === 'string' ? value.split(/[\s,]+/) : value;
  return parts.filter((part) => part !== '');
}

export function flag(params: Params, name: string): boolean {
  return ['1', 'true', 'TRUE', 'True'].includes(single(params, name) ?? '');
}
