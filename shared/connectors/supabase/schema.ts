/** One column as Postgres describes it. */
export interface ColumnSpec {
  readonly name: string;
  /** With its modifier: `numeric(19,4)`. */
  readonly type: string;
  readonly required?: true;
  /** SQL of its default. */
  readonly fallback?: string;
}

export interface Definition {
  readonly name: string;
  /** Table it is on. */
  readonly on: string;
  /** Statement that makes it; harmless where it is there already. */
  readonly sql: string;
}

/** The warehouse as its migrations leave it. */
export interface Warehouse {
  /** Versions the migrations record. */
  readonly versions: readonly number[];
  readonly tables: readonly {
    readonly name: string;
    readonly columns: readonly ColumnSpec[];
    readonly key: readonly string[];
    /** What service_role may do. */
    readonly grants: readonly string[];
  }[];
  readonly indexes: readonly Definition[];
  readonly functions: readonly { readonly name: string; readonly body: string; readonly sql: string }[];
  readonly triggers: readonly Definition[];
  /** In the order in which they can be made. */
  readonly views: readonly { readonly name: string; readonly columns: readonly string[]; readonly sql: string }[];
}
