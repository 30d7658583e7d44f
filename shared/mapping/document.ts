import * as z from 'zod';
import { unknownTokens } from './dates.ts';

/**
 * A mapping document: how one record of a source entity becomes one payload of a target entity. Data, not code, so that
 * a shop can change, preview, version and restore it.
 *
 * Paths read from a scope: the record's canonical members at the root (`number`, `lines[].sku`), `record.id`, `raw` as
 * the platform sent it, `store` (profile of the source connection), `books` (profile of the target connection),
 * `settings` (of the target connection), and inside `each` the element as `item`.
 */

export type Condition =
  | { path: string; is: 'present' | 'absent' }
  | { path: string; equals: string | number | boolean | null }
  | { path: string; not_equals: string | number | boolean | null }
  | { path: string; in: (string | number)[] }
  | { path: string; in_path: string }
  | { path: string; from: string; to?: string | undefined }
  | { path: string; to: string }
  | { path: string; periods: string; mode: string; before: string }
  | { any: Condition[] }
  | { all: Condition[] };

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export const conditionSchema: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    z.strictObject({ path: z.string(), is: z.enum(['present', 'absent']) }),
    z.strictObject({ path: z.string(), equals: scalar }),
    z.strictObject({ path: z.string(), not_equals: scalar }),
    z.strictObject({ path: z.string(), in: z.array(z.union([z.string(), z.number()])) }),
    z.strictObject({ path: z.string(), in_path: z.string() }),
    /** The day at `path`, or that of an instant in the zone of the store, is none before `from` and none after `to`. */
    z
      .strictObject({ path: z.string(), from: z.iso.date(), to: z.iso.date().optional() })
      .refine(({ from, to }) => to === undefined || from <= to, 'from must not be after to.'),
    z.strictObject({ path: z.string(), to: z.iso.date() }),
    /**
     * The day at `path` lies in a period of this mode; `periods` is the path of a list of `{from, mode}`, and `before` the
     * mode of days before the first of them.
     */
    z.strictObject({ path: z.string(), periods: z.string(), mode: z.string(), before: z.string() }),
    z.strictObject({ any: z.array(conditionSchema) }),
    z.strictObject({ all: z.array(conditionSchema) }),
  ]),
);

/** What one side of a condition makes of the value. */
export type Branch =
  | { value: string | number | boolean | null }
  | { path: string }
  | { template: string }
  | { via: Transform[] };
const branchSchema: z.ZodType<Branch> = z.lazy(() =>
  z.union([
    z.strictObject({ value: scalar }),
    z.strictObject({ path: z.string() }),
    z.strictObject({ template: z.string() }),
    z.strictObject({ via: z.array(transformSchema) }),
  ]),
);

/** Marks of numbers as people write them: `1.234,56`. */
const numberMarks = z.strictObject({
  decimal: z.enum(['.', ',']),
  group: z.enum(['.', ',', ' ', "'", '']).optional(),
});
export const roundings = ['half_up', 'half_even', 'down', 'up'] as const;

export const transformSchema = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('trim') }),
  z.strictObject({ op: z.literal('upper') }),
  z.strictObject({ op: z.literal('lower') }),
  /** Decodes HTML entities, drops tags and control characters, folds white space. */
  z.strictObject({ op: z.literal('plain_text') }),
  z.strictObject({ op: z.literal('truncate'), length: z.number().int().positive() }),
  /** Fails the record when longer: for numbers that must not be cut. */
  z.strictObject({ op: z.literal('max_length'), length: z.number().int().positive() }),
  z.strictObject({ op: z.literal('remove'), characters: z.string().min(1) }),
  z.strictObject({ op: z.literal('prefix'), path: z.string() }),
  z.strictObject({ op: z.literal('default'), value: scalar.optional(), path: z.string().optional() }),
  z.strictObject({ op: z.literal('money') }),
  z.strictObject({ op: z.literal('decimal') }),
  z.strictObject({ op: z.literal('to_text') }),
  /** The address when it looks like one, nothing otherwise. */
  z.strictObject({ op: z.literal('email') }),
  /** The calendar day of an instant in the zone found at `zone_path`. */
  z.strictObject({ op: z.literal('day'), zone_path: z.string() }),
  z.strictObject({ op: z.literal('split'), separator: z.string().min(1), index: z.number().int() }),
  z.strictObject({ op: z.literal('join'), separator: z.string() }),
  /** Reads the value as a key of the table at `path`; a missing key fails the record with `reason` and `fix`. */
  z.strictObject({ op: z.literal('lookup'), path: z.string(), reason: z.string().optional(), fix: z.string() }),
  z.strictObject({ op: z.literal('null_if_empty') }),
  /** An instant, or a day, as text: `dd.MM.yyyy HH:mm` in the zone named or found at `zone_path`; UTC without. */
  z.strictObject({
    op: z.literal('date_format'),
    format: z
      .string()
      .min(1)
      .max(60)
      .refine((format) => unknownTokens(format).length === 0, 'Has letters that stand for no part of a date.'),
    zone: z.string().optional(),
    zone_path: z.string().optional(),
  }),
  /** The values at these paths that are present, one after the other; `value` is the value so far. */
  z.strictObject({ op: z.literal('concat'), paths: z.array(z.string()).min(1), separator: z.string().optional() }),
  /** Reads a number with these marks, rounds it, writes it with those. Always exact. */
  z.strictObject({
    op: z.literal('number'),
    parse: numberMarks.optional(),
    places: z.number().int().min(0).max(10).optional(),
    rounding: z.enum(roundings).optional(),
    format: numberMarks.optional(),
  }),
  /** `yes` where the condition holds, `no` (or the value as it is) where it does not. Sees the value as `value`. */
  z.strictObject({
    op: z.literal('conditional'),
    when: conditionSchema,
    yes: branchSchema,
    no: branchSchema.optional(),
  }),
  /** Common Expression Language; sees the value as `value`. */
  z.strictObject({ op: z.literal('expression'), cel: z.string().min(1) }),
]);
export type Transform = z.infer<typeof transformSchema>;

export interface Field {
  /** Dot path in the payload: `SalesItemLineDetail.ItemRef.value`. */
  to: string;
  from?: string | undefined;
  /** First of these that is present. */
  first?: string[] | undefined;
  value?: string | number | boolean | null | undefined;
  /** Text with `{path}` holes. */
  template?: string | undefined;
  /** One element per element of this array, appended to `to`. */
  each?: string | undefined;
  /** Fields of an element, with `each`; or of one element to append, without. */
  fields?: Field[] | undefined;
  via?: Transform[] | undefined;
  /** The rule applies only then. */
  when?: Condition | undefined;
  /** With `each`: only for elements for which this holds. */
  only?: Condition | undefined;
  required?: boolean | undefined;
  /** The value is the id of another source record; the payload gets the id that one has on the target. */
  ref?: string | undefined;
  /** The id of the document an earlier step made of this record. */
  step?: string | undefined;
}

/** Names of a payload; one that leads to a prototype would write to every object there is. */
const payloadPath = z
  .string()
  .regex(/^\w+(\.\w+)*$/, 'Must be names of letters, digits and _ with points between them.')
  .refine((path) => !/(^|\.)(__proto__|constructor|prototype)(\.|$)/.test(path), 'Must not name a prototype.');

const fieldSchema: z.ZodType<Field> = z.lazy(() =>
  z.strictObject({
    to: payloadPath,
    from: z.string().optional(),
    first: z.array(z.string()).optional(),
    value: scalar.optional(),
    template: z.string().optional(),
    each: z.string().optional(),
    fields: z.array(fieldSchema).optional(),
    via: z.array(transformSchema).optional(),
    when: conditionSchema.optional(),
    only: conditionSchema.optional(),
    required: z.boolean().optional(),
    ref: z.string().optional(),
    step: z.string().optional(),
  }),
);

/** A member of the scope made from others before any rule is looked at. */
const derivedSchema = z.strictObject({
  name: z.string().regex(/^\w+$/),
  from: z.string().optional(),
  template: z.string().optional(),
  /** Keeps the elements of a list for which this holds, as `item`. */
  only: conditionSchema.optional(),
  /** A list of lists becomes one list. */
  flat: z.boolean().optional(),
  /** A list of amounts becomes their exact sum. */
  sum: z.boolean().optional(),
  via: z.array(transformSchema).optional(),
});
export type Derived = z.infer<typeof derivedSchema>;

export const mappingDocumentSchema = z.strictObject({
  id: z.string(),
  version: z.number().int().positive(),
  /** Which saved version of its workspace this is; defaults have none. */
  saved_version: z.number().int().positive().optional(),
  source: z.strictObject({ platform: z.string(), entity: z.string() }),
  target: z.strictObject({ platform: z.string(), entity: z.string() }),
  /**
   * Which documents the target has of other records of the source: `name` becomes the entity of the first there is, and is
   * absent where there is none. `id` is a path.
   */
  stands: z.array(z.strictObject({ name: z.string().regex(/^\w+$/), ref: z.string(), id: z.string() })).optional(),
  /** In order; later ones see earlier ones. One that comes to nothing leaves the scope as it is. */
  derive: z.array(derivedSchema).optional(),
  /**
   * All must hold, or the record is left out for this reason. A document that was written before then fails the record,
   * because a person has to decide; with `archive` it is archived, with `keep` it stays.
   */
  include: z
    .array(
      z.strictObject({ when: conditionSchema, otherwise: z.string(), written: z.enum(['archive', 'keep']).optional() }),
    )
    .optional(),
  /** All must hold, or the record fails: it should have been posted and cannot be. */
  require: z
    .array(
      z.strictObject({
        when: conditionSchema,
        code: z.string(),
        field: z.string(),
        reason: z.string(),
        fix: z.string(),
      }),
    )
    .optional(),
  /**
   * Other records of the source that stand for the same thing, by their ids at a path: it must be on the target once. Where
   * all of them are there this record is left out, where some are it fails. Looked at before anything is written.
   */
  instead: z
    .array(
      z.strictObject({
        ref: z.string(),
        ids: z.string(),
        otherwise: z.string(),
        reason: z.string(),
        fix: z.string(),
      }),
    )
    .optional(),
  /**
   * Records that must be on the target first although the payload does not name them; `id` is a path. `or`: another record
   * that may stand there for it.
   */
  after: z
    .array(
      z.strictObject({
        ref: z.string(),
        id: z.string(),
        or: z.strictObject({ ref: z.string(), id: z.string() }).optional(),
      }),
    )
    .optional(),
  fields: z.array(fieldSchema),
  /** The amount the document must come to; the adjustment takes a rounding difference. */
  settlement: z
    .strictObject({
      total: z.string(),
      currency: z.string(),
      adjustment: z.strictObject({ ref: z.string(), id: z.string() }).optional(),
      /** Path of how many amounts the total is the sum of: each may differ by a rounding of its own. */
      parts: z.string().optional(),
    })
    .optional(),
  /** Records this mapping brings along for its references: a shipping item, say. */
  provides: z
    .array(
      z.strictObject({
        entity: z.string(),
        id: z.string(),
        label: z.string(),
        data: z.record(z.string(), z.unknown()),
      }),
    )
    .optional(),
});
export type MappingDocument = z.infer<typeof mappingDocumentSchema>;
