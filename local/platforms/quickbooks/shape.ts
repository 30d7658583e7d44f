import { Big } from 'big.js';
import { isDecimalText } from '#shared/core/money.ts';
import { errors, type FaultError, QuickBooksFault, refuse } from './faults.ts';
import type { Fields, Property } from './properties.ts';
import type { EntitySpec } from './specs/entity-spec.ts';
import { isRow, type Row, refOf, textOf, type Value } from './values.ts';

const largest = new Big('99999999999.99999');
const reference: Fields = {
  value: { kind: 'text' },
  name: { kind: 'text' },
  type: { kind: 'text' },
};

/** A reference found in a request, still to be looked up. */
export interface SentReference {
  readonly path: string;
  readonly to: string;
  readonly value: Row;
}

export interface CleanBody {
  /** The request without read-only and ignored properties; null where the caller cleared one. */
  readonly body: Row;
  readonly references: readonly SentReference[];
  /** Length and format errors. Reported together with missing parameters, as one fault. */
  readonly errors: readonly FaultError[];
}

/**
 * Checks a request body against the entity's table.
 *
 * @throws QuickBooksFault 2010 for an unknown property or a JSON value of the wrong shape: the platform fails while
 * it reads the body, before any other check.
 */
export function cleanBody(spec: EntitySpec, body: Row): CleanBody {
  const found: FaultError[] = [];
  const references: SentReference[] = [];

  const cleanFields = (fields: Fields, type: string, row: Row, path: string): Row => {
    const clean: Row = {};
    for (const [name, value] of Object.entries(row)) {
      const property = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (!property) return refuse(unknownProperty(name, type, fields));
      const inner = cleanValue(property, name, value, path === '' ? name : `${path}.${name}`);
      if (inner !== undefined) clean[name] = inner;
    }
    return clean;
  };

  const cleanValue = (property: Property, name: string, value: Value, path: string): Value => {
    if (value === null || value === '') return property.readOnly ? undefined : null;
    switch (property.kind) {
      case 'ignored':
        return undefined;
      case 'object':
        if (!isRow(value)) return refuse(wrongShape(property.type, path));
        return keep(property, cleanFields(property.fields, property.type, value, path));
      case 'list':
        if (!Array.isArray(value)) return refuse(wrongShape(`${property.type} list`, path));
        return keep(
          property,
          value.map((row) =>
            isRow(row)
              ? cleanFields(property.fields, property.type, row, path)
              : refuse(wrongShape(property.type, path)),
          ),
        );
      case 'reference': {
        if (!isRow(value)) return refuse(wrongShape('ReferenceType', path));
        const clean = cleanFields(reference, 'ReferenceType', value, path);
        if (refOf(clean) === undefined) return null;
        if (property.to !== undefined && !property.readOnly) references.push({ path, to: property.to, value: clean });
        return keep(property, clean);
      }
      default:
        if (typeof value === 'object') return refuse(wrongShape('java.lang.String', path));
        return keep(property, cleanScalar(property, name, value, path));
    }
  };

  const cleanScalar = (property: Property, name: string, value: Value, path: string): Value => {
    const text = String(value);
    const error = scalarError(property, text, path);
    if (error) found.push(error);
    if (property.kind === 'flag') return text === 'true';
    if (property.kind === 'text' && name.endsWith('Name')) return text.trim();
    return property.kind === 'integer' && Number.isSafeInteger(Number(text)) ? Number(text) : text;
  };

  const clean = cleanFields(spec.fields, spec.name, body, '');
  return { body: clean, references, errors: found };
}

const keep = (property: Property, value: Value): Value => (property.readOnly ? undefined : value);

function scalarError(property: Property, text: string, path: string): FaultError | undefined {
  switch (property.kind) {
    case 'text':
      if (property.max !== undefined && text.length > property.max) {
        return errors.length(property.label ?? path, property.max, text.length);
      }
      return property.forbidden?.test(text) ? errors.invalidString(path) : undefined;
    case 'email':
      return emailError(text, property.max, path.replace(/\.Address$/, ''));
    case 'choice':
      return property.values.includes(text) ? undefined : errors.format('choice', path, text);
    case 'amount':
    case 'decimal':
      if (!isDecimalText(text)) return errors.format('decimal', path, text);
      return new Big(text).abs().gt(largest) ? errors.decimal(path, text) : undefined;
    case 'integer':
      return /^-?\d{1,9}$/.test(text) ? undefined : errors.format('integer', path, text);
    case 'flag':
      return text === 'true' || text === 'false' ? undefined : errors.format('flag', path, text);
    case 'date':
      return isDay(text) ? undefined : errors.format('date', path, text);
    default:
      return undefined;
  }
}

/** RFC 822 as the platform applies it: at least an `@` and a dot after it. BillEmail may hold several addresses. */
function emailError(text: string, max: number, path: string): FaultError | undefined {
  if (text.length > max) return errors.length(path, max, text.length);
  const wrong = text.split(',').some((one) => !/^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(one.trim()));
  return wrong ? errors.email(path, text) : undefined;
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** The JSON reader of the platform stops its list of known properties at about this many characters. */
const listLimit = 1000;

function unknownProperty(name: string, type: string, fields: Fields): FaultError {
  const known = Object.keys(fields);
  let shown = '';
  for (const property of known) {
    if (shown.length > listLimit) {
      shown += ' [truncated]';
      break;
    }
    shown += `${shown === '' ? '' : ', '}"${property}"`;
  }
  const detail = `Unrecognized field "${name}" (class com.intuit.schema.finance.v3.${type}), not marked as ignorable (${known.length} known properties: ${shown}])`;
  return errors.unsupportedProperty(detail);
}

function wrongShape(type: string, path: string): FaultError {
  return errors.unsupportedProperty(`Can not deserialize instance of ${type} at ${path}`);
}

/** Throws the collected errors as one fault; does nothing when there are none. */
export function refuseAll(found: readonly FaultError[]): void {
  if (found.length > 0) throw new QuickBooksFault(found);
}

/** The Id of a request body, if any. Create and update share one URL; the Id tells them apart. */
export function sentId(body: Row): string | undefined {
  const id = textOf(body.Id);
  return id === undefined || id === '' ? undefined : id;
}
