import type { Failure } from '#shared/core/failure.ts';
import type { Table } from '#shared/data/table.ts';

/** Who calls and with what. Both tenants use the same ids; only the mark tells whose data it is. */
export interface Context {
  readonly tenant: string;
  /** Is in all data this tenant writes, and in nothing else. */
  readonly mark: string;
  readonly id: string;
}

export type Call = (context: Context) => Promise<unknown>;
type Calls<Repository> = {
  readonly [Method in keyof Repository as Repository[Method] extends (...given: never[]) => unknown ? Method : never]: (
    repository: Repository,
    context: Context,
  ) => Promise<unknown>;
};
/** By file of shared/data: the calls of a repository, by method. */
export type Rows = Readonly<Record<string, (table: Table) => Readonly<Record<string, Call>>>>;

/** One call of each method. A method without one does not compile. */
export function row<Repository extends object>(
  create: (table: Table) => Repository,
  calls: Calls<Repository>,
): Rows[string] {
  return (table) => {
    const repository = create(table);
    return Object.fromEntries(
      (Object.keys(calls) as (keyof Calls<Repository> & string)[]).map((method): [string, Call] => [
        method,
        (context) => calls[method](repository, context),
      ]),
    );
  };
}

export const at = '2026-03-01T12:00:00.000Z';
export const later = '2026-03-02T12:00:00.000Z';
export const page = { limit: 100 };

export const failureOf = ({ mark }: Context): Failure => ({
  category: 'validation',
  code: 'test.failure',
  reason: mark,
  fix: mark,
  retryable: false,
});

/** Of what a list over all tenants answers, what it says is this tenant's: a worker goes on with nothing else for it. */
export function ownOf<Item extends { readonly tenant_id: string }>(
  items: readonly Item[],
  { tenant }: Context,
): readonly Item[] {
  return items.filter(({ tenant_id }) => tenant_id === tenant);
}
