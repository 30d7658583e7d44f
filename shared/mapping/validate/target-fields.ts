import type { ListSchema, ObjectSchema, RecordSchema, ValueKind, ValueSchema } from '../../model/record-schema.ts';
import type { Field } from '../document.ts';
import { at, type Report } from './faults.ts';
import type { Output } from './outputs.ts';

/** The place in the target that a `to` names; undefined, and a fault, where there is none. */
export function placeOf(target: ObjectSchema, to: string, where: string, report: Report): RecordSchema | undefined {
  let place: RecordSchema = target;
  for (const name of to.split('.')) {
    if (place.kind === 'any') return place;
    const next: RecordSchema | undefined =
      place.kind === 'object' && Object.hasOwn(place.fields, name) ? place.fields[name] : undefined;
    if (!next) {
      const names = place.kind === 'object' ? `; there are ${Object.keys(place.fields).join(', ')}` : '';
      report(at(where, 'to'), 'unknown_target_field', `The target has no field ${to}${names}.`.slice(0, 600));
      return undefined;
    }
    if (next.read_only) {
      report(at(where, 'to'), 'read_only_field', `The target sets ${to} itself and takes none.`);
      return undefined;
    }
    place = next;
  }
  return place;
}

/** Kinds that a place takes beside its own. */
const takes: Partial<Record<ValueKind, readonly ValueKind[]>> = {
  text: ['decimal', 'day', 'instant'],
  decimal: ['integer'],
};

/** Whether what a field gives is what its place takes. */
export function checkOutput(field: Field, output: Output, place: RecordSchema, where: string, report: Report): void {
  const { schema, constant, atMost } = output;
  // Null empties a field, whatever it holds.
  if (constant === null || place.kind === 'any') return;
  if (place.kind === 'object' || place.kind === 'list') {
    const whole =
      place.kind === 'list'
        ? 'a list: give it fields, with each where it has several'
        : 'an object: name one of its members';
    if (schema.kind !== 'any' && schema.kind !== place.kind) {
      report(at(where, 'to'), 'wrong_type', `${field.to} is ${whole}.`);
    }
    return;
  }
  if (schema.kind === 'object' || schema.kind === 'list') {
    report(
      where,
      'wrong_type',
      `${field.to} takes ${place.kind}, and this gives ${schema.kind === 'list' ? 'a list' : 'an object'}.`,
    );
    return;
  }
  if (schema.kind !== 'any' && schema.kind !== place.kind && !takes[place.kind]?.includes(schema.kind)) {
    report(where, 'wrong_type', `${field.to} takes ${place.kind}, and this gives ${schema.kind}${advice(place.kind)}.`);
    return;
  }
  checkValue(field, output, place, where, report);
  const { max_length: most } = place;
  if (most === undefined || (atMost !== undefined && atMost <= most)) return;
  if (constant === undefined && place.values) return;
  const how = atMost === undefined ? 'can be of any length' : `can have ${atMost}`;
  report(
    field.via?.length ? at(where, 'via', field.via.length - 1) : where,
    'may_be_too_long',
    `${field.to} takes ${most} characters, and this ${how}: end with truncate or max_length of ${most}.`,
  );
}

function checkValue(field: Field, { constant }: Output, place: ValueSchema, where: string, report: Report): void {
  const { values } = place;
  if (place.constant && constant === undefined) {
    report(
      where,
      'value_not_allowed',
      `${field.to} must be a constant value${values ? `: ${values.join(', ')}` : ''}.`,
    );
  } else if (values && constant !== undefined && !values.includes(String(constant))) {
    report(at(where, 'value'), 'value_not_allowed', `${field.to} is one of ${values.join(', ')}.`);
  }
}

const advice = (kind: ValueKind): string => {
  if (kind === 'text') return '; make it text with to_text';
  if (kind === 'decimal') return '; make it a number with number or money';
  return kind === 'day' ? '; make it a day with day' : '';
};

/** Required members of an object that none of its fields writes, one report each; `name` is the object's own. */
export function checkRequired(
  target: ObjectSchema,
  fields: readonly Field[],
  where: string,
  report: Report,
  name = '',
): void {
  for (const [member, schema] of Object.entries(target.fields)) {
    const path = at(name, member);
    const own = fields.filter(({ to }) => to === path || to.startsWith(`${path}.`));
    if (schema.required && own.length === 0) {
      report(where, 'required_field_missing', `The target needs ${path}, and no field writes it.`);
    }
    // What an object needs, it needs only where it is written; one that is written as a whole is not looked into.
    const isBuilt = own.length > 0 && own.every(({ to }) => to !== path);
    if (schema.kind === 'object' && isBuilt) checkRequired(schema, own, where, report, path);
  }
}

/** Lists that hold only so many, each with a key of its own: the custom fields of a sales form. */
export function checkLists(target: ObjectSchema, fields: readonly Field[], where: string, report: Report): void {
  for (const [name, schema] of Object.entries(target.fields)) {
    if (schema.kind === 'list') checkList(name, schema, fields, where, report);
  }
}

function checkList(
  name: string,
  { max_elements: most, unique }: ListSchema,
  fields: readonly Field[],
  where: string,
  report: Report,
): void {
  if (most === undefined) return;
  const elements = fields.flatMap((field, index) => (field.to === name ? [{ field, path: at(where, index) }] : []));
  elements.forEach(({ field, path }, index) => {
    if (field.each !== undefined) {
      report(
        at(path, 'each'),
        'too_many_elements',
        `${name} takes ${most} elements at most: write each as a field of its own.`,
      );
    } else if (index >= most) {
      report(path, 'too_many_elements', `${name} takes ${most} elements at most.`);
    }
  });
  if (unique === undefined) return;
  const seen = new Set<unknown>();
  for (const { field, path } of elements) {
    const position = field.fields?.findIndex(({ to }) => to === unique) ?? -1;
    const value = field.fields?.[position]?.value;
    if (value !== undefined && seen.has(value)) {
      report(
        at(path, 'fields', position, 'value'),
        'duplicate_target',
        `There is a ${name} with ${unique} ${value} already.`,
      );
    }
    seen.add(value);
  }
}

/** Two fields that write the same place, where both can apply to one record. */
export function checkDuplicates(fields: readonly Field[], where: string, report: Report): void {
  fields.forEach((field, index) => {
    for (const [earlier, other] of fields.slice(0, index).entries()) {
      // Elements are added to a list, one after the other.
      const adds = field.to === other.to && field.fields !== undefined && other.fields !== undefined;
      const same = field.to === other.to || field.to.startsWith(`${other.to}.`) || other.to.startsWith(`${field.to}.`);
      if (!same || adds || (field.when && other.when)) continue;
      report(
        at(where, index, 'to'),
        'duplicate_target',
        `${at(where, earlier)} writes ${other.to} already; give both a when.`,
      );
      return;
    }
  });
}
