import type { Company } from '../company.ts';
import type { EntitySpec } from '../specs/entity-spec.ts';
import type { Stored } from '../table.ts';
import type { Row } from '../values.ts';

/** A create or an update on its way into the books. Rules check and complete `body`; they change nothing else. */
export interface Draft {
  readonly company: Company;
  readonly spec: EntitySpec;
  /** What the caller sent, cleaned; null where a property was cleared. */
  readonly sent: Row;
  /** What would be stored. */
  readonly body: Row;
  readonly before: Stored | undefined;
  /** Values of the `include` parameter. */
  readonly include: ReadonlySet<string>;
}

export type Rule = (draft: Draft) => void;
