const valueKinds = ['text', 'decimal', 'integer', 'boolean', 'day', 'instant', 'any'] as const;
/** What a value of a record can be. `text` holds any text; the others are narrower, however they are spelled in JSON. */
export type ValueKind = (typeof valueKinds)[number];
export const schemaKinds = [...valueKinds, 'object', 'list'] as const;

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

/** One place of a record, with its path as mappings write it: `lines[].sku`. */
export interface Place {
  readonly path: string;
  readonly schema: RecordSchema;
}

/** Every place of a record, each before what is inside of it. */
export function placesOf({ fields }: ObjectSchema, under = ''): Place[] {
  return Object.entries(fields).flatMap(([name, schema]) => placesIn(schema, under === '' ? name : `${under}.${name}`));
}

function placesIn(schema: RecordSchema, path: string): Place[] {
  const inside = schema.kind === 'list' ? schema.of : schema;
  const within = inside.kind === 'object' ? placesOf(inside, schema.kind === 'list' ? `${path}[]` : path) : [];
  return [{ path, schema }, ...within];
}
