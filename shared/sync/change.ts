import type { Settlement, SourceRecord } from '../connectors/connector.ts';
import type { Failure } from '../core/failure.ts';
import type { JsonObject } from '../core/json.ts';
import type { Link } from '../model/link.ts';
import type { LinkAddress } from './ports.ts';

/** One intended write: what the diff found and the target is asked for. Everything a person sees is a view of these. */
export interface Change {
  readonly action: 'create' | 'update';
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
  /** Fields that had to differ from the mapping, such as a free name. */
  readonly assigned?: JsonObject | undefined;
  /** The link as it was before; undefined for a record never seen. */
  readonly link?: Link | undefined;
}

/** What became of one step of one record. */
export type StepOutcome =
  | { readonly kind: 'created' | 'updated' | 'linked' | 'unchanged'; readonly target_id: string }
  /** A dry run stopped here. */
  | { readonly kind: 'planned'; readonly action: 'create' | 'update'; readonly target_id: string }
  | { readonly kind: 'excluded'; readonly reason: string }
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
    readonly record: Pick<SourceRecord, 'entity' | 'id' | 'label' | 'modified_at'>;
  };
}
