import type { SourceRecord } from '../connectors/source.ts';
import type { Settlement } from '../connectors/target.ts';
import type { Failure } from '../core/failure.ts';
import type { JsonObject } from '../core/json.ts';
import type { Link } from '../model/link.ts';
import type { LinkAddress } from './ports.ts';

/**
 * `restore` puts an earlier payload back, `delete` takes the document back: the two sides of an undo. `archive` keeps a
 * document out of use.
 */
export type ChangeAction = 'create' | 'update' | 'restore' | 'delete' | 'archive';

/** Where a payload names another document of ours: the id at this path follows that document's link. */
export interface StoredReference {
  readonly path: string;
  readonly source_entity: string;
  readonly source_id: string;
  readonly entity: string;
}

/** One intended write: what the diff found and the target is asked for. Everything a person sees is a view of these. */
export interface Change {
  readonly action: ChangeAction;
  /** True when it refers to a document this very window made: nothing on the target can be the same. */
  readonly belongsToNew: boolean;
  readonly record: SourceRecord;
  readonly address: LinkAddress;
  /** Complete payload, references resolved. */
  readonly payload: JsonObject;
  readonly hash: string;
  /** Which rules made the payload: id, version and hash of the mapping document. */
  readonly mapping: string;
  readonly settlement?: Settlement | undefined;
  readonly references?: readonly StoredReference[] | undefined;
  /** Of an update of a document whose fields are not those we wrote last: the ones it is about to overwrite. */
  readonly overwritten?: JsonObject | undefined;
  /** Of a restore: members the document has and must lose, as they are. */
  readonly cleared?: JsonObject | undefined;
  /** Fields that had to differ from the mapping, such as a free name. */
  readonly assigned?: JsonObject | undefined;
  /** What the source wanted, where a merge wrote something else: the next comparison is with this. */
  readonly intended?: JsonObject | undefined;
  /** Of an undo: when the record had been modified that is taken back; see the link. */
  readonly undone?: string | undefined;
  /** Why it is written although somebody else had changed it. */
  readonly note?: string | undefined;
  /** True where documents like this flow back to where their record came from. */
  readonly twin?: boolean | undefined;
  /** The link as it was before; undefined for a record never seen. */
  readonly link?: Link | undefined;
}

/** What a dry run says of a change. */
export type PlannedAction = 'create' | 'update' | 'delete' | 'archive';

/** What is counted once it is done. */
export const doneBy = {
  create: 'created',
  update: 'updated',
  delete: 'deleted',
  archive: 'deleted',
} as const satisfies Record<PlannedAction, string>;

/** What became of one step of one record. */
export type StepOutcome =
  | { readonly kind: 'created' | 'updated' | 'linked' | 'unchanged' | 'deleted'; readonly target_id: string }
  /** A dry run stopped here. */
  | { readonly kind: 'planned'; readonly action: PlannedAction; readonly target_id: string }
  /** `conflict`: because somebody else changed it. */
  | { readonly kind: 'excluded'; readonly reason: string; readonly conflict?: true }
  | {
      readonly kind: 'failed';
      readonly failure: Failure;
      readonly caused_by?: CausedBy | undefined;
      readonly payload?: unknown;
    };

export interface CausedBy {
  readonly entity: string;
  readonly source_id: string;
}

/** A change as it is kept while its batch is open: byte for byte what a redelivery sends again. */
export interface StoredChange {
  readonly item_id: string;
  readonly change: Omit<Change, 'record'> & {
    readonly record: Pick<SourceRecord, 'entity' | 'id' | 'label' | 'modified_at' | 'fingerprint' | 'gone'> & {
      /** Of a twin: the fields of the record, what both sides agree on from now on. */
      readonly content?: JsonObject | undefined;
    };
  };
}
