/** What a value of a record can be. `text` holds any text; the others are narrower, however they are spelled in JSON. */
export type ValueKind = 'text' | 'decimal' | 'integer' | 'boolean' | 'day' | 'instant' | 'any';

interface Common {
  /** Of a target: it refuses a record without it. */
  readonly required?: true;
  /** Of a target: it sets this itself and takes none. */
  readonly read_only?: true;
}

export interface ValueSchema extends Common {
  readonly kind: ValueKind;
  readonly max_length?: number;
  /** The only ones there are. */
  readonly values?: readonly string[];
  /** Of a target: it names a place of the platform's own, so a mapping gives it and no record. */
  readonly constant?: true;
}

export interface ObjectSchema extends Common {
  readonly kind: 'object';
  readonly fields: Readonly<Record<string, RecordSchema>>;
}

export interface ListSchema extends Common {
  readonly kind: 'list';
  readonly of: RecordSchema;
  readonly max_elements?: number;
  /** Member that no two elements have alike. */
  readonly unique?: string;
}

/** What records of an entity are made of: on a source, what mappings can read; on a target, what they can write. */
export type RecordSchema = ValueSchema | ObjectSchema | ListSchema;
export type RecordSchemas = Readonly<Record<string, ObjectSchema>>;
