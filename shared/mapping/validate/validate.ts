import type { ObjectSchema, RecordSchema } from '../../model/record-schema.ts';
import type { Field, MappingDocument } from '../document.ts';
import { at, type MappingFault, type Report } from './faults.ts';
import { checkCondition, type Output, outputOf, outputOfConstant, outputOfSchema, unknown } from './outputs.ts';
import { readCondition, readShape } from './shape.ts';
import { checkPath, type SourceScope, templatePaths } from './source-paths.ts';
import { checkDuplicates, checkLists, checkOutput, checkRequired, placeOf } from './target-fields.ts';

/** What a mapping is checked against. */
export interface MappingContext {
  /** Which mapping it must be. */
  readonly identity: Pick<MappingDocument, 'id' | 'source' | 'target'>;
  readonly source: ObjectSchema | undefined;
  readonly target: ObjectSchema | undefined;
  /** Names of the target's settings. */
  readonly settings: readonly string[] | undefined;
  /** Entities a reference can lead to. */
  readonly references: readonly string[];
  /** Documents made of the same record before this one. */
  readonly steps: readonly string[];
}

export type Validation =
  | { readonly ok: true; readonly document: MappingDocument }
  /** The document is there when it has the shape of one. */
  | { readonly ok: false; readonly faults: readonly MappingFault[]; readonly document?: MappingDocument };

/** Checks a mapping against the real schemas of both ends; every fault is named, in one pass. */
export function validateMapping(given: unknown, context: MappingContext): Validation {
  const faults: MappingFault[] = [];
  const report: Report = (path, code, message) => void faults.push({ path, code, message });
  const document = readShape(given, report);
  if (document) new Check(document, context, report).run();
  return document && faults.length === 0
    ? { ok: true, document }
    : { ok: false, faults, ...(document ? { document } : {}) };
}

/** Checks a condition that stands alone, under `where`: its shape, and that what it reads is there. */
export function validateCondition(
  given: unknown,
  { source, settings }: Pick<MappingContext, 'source' | 'settings'>,
  where: string,
): readonly MappingFault[] {
  const faults: MappingFault[] = [];
  const report: Report = (path, code, message) => void faults.push({ path, code, message });
  const condition = readCondition(given, where, report);
  if (condition) checkCondition(condition, { record: source, settings }, where, report);
  return faults;
}

class Check {
  private readonly document: MappingDocument;
  private readonly context: MappingContext;
  private readonly report: Report;

  constructor(document: MappingDocument, context: MappingContext, report: Report) {
    this.document = document;
    this.context = context;
    this.report = report;
  }

  run(): void {
    const { document, context, report } = this;
    this.checkIdentity();
    const scope = this.derive({ record: context.source, settings: context.settings });
    document.include?.forEach(({ when, otherwise }, index) => {
      checkCondition(when, scope, at('include', index, 'when'), report);
      this.checkTemplate(otherwise, scope, at('include', index, 'otherwise'));
    });
    document.require?.forEach(({ when, reason, fix }, index) => {
      checkCondition(when, scope, at('require', index, 'when'), report);
      this.checkTemplate(reason, scope, at('require', index, 'reason'));
      this.checkTemplate(fix, scope, at('require', index, 'fix'));
    });
    document.stands?.forEach(({ ref, id }, index) => {
      checkPath(id, scope, at('stands', index, 'id'), report);
      this.checkReference(ref, at('stands', index, 'ref'));
    });
    document.instead?.forEach((rule, index) => {
      this.checkInstead(rule, scope, at('instead', index));
    });
    this.checkFields(document.fields, scope, context.target, 'fields', 'fields');
    const { settlement } = document;
    if (!settlement) return;
    checkPath(settlement.total, scope, 'settlement.total', report);
    checkPath(settlement.currency, scope, 'settlement.currency', report);
    if (settlement.parts !== undefined) checkPath(settlement.parts, scope, 'settlement.parts', report);
    const { adjustment } = settlement;
    const provided = document.provides?.some(({ entity, id }) => entity === adjustment?.ref && id === adjustment.id);
    if (adjustment && !provided) {
      report(
        'settlement.adjustment',
        'unknown_reference',
        `The mapping provides no ${adjustment.ref} ${adjustment.id}.`,
      );
    }
  }

  /** The scope with what the document derives, rule by rule: each sees those before it. */
  private derive(given: SourceScope): SourceScope {
    const { document, report } = this;
    const derived: Record<string, RecordSchema> = Object.fromEntries(
      (document.stands ?? []).map(({ name }) => [name, { kind: 'text' }]),
    );
    const scope: SourceScope = { ...given, derived };
    document.derive?.forEach((rule, index) => {
      const where = at('derive', index);
      if (rule.template !== undefined) this.checkTemplate(rule.template, scope, at(where, 'template'));
      const found = rule.from === undefined ? undefined : checkPath(rule.from, scope, at(where, 'from'), report);
      const item = found?.kind === 'list' ? found.of : unknown.schema;
      if (rule.only) checkCondition(rule.only, { ...scope, item }, at(where, 'only'), report);
      const gathered = rule.flat || rule.sum ? unknown : outputOfSchema(found);
      derived[rule.name] = outputOf(gathered, rule.via ?? [], scope, at(where, 'via'), report).schema;
    });
    return scope;
  }

  private checkInstead(
    { ref, ids, otherwise, reason, fix }: NonNullable<MappingDocument['instead']>[number],
    scope: SourceScope,
    where: string,
  ): void {
    checkPath(ids, scope, at(where, 'ids'), this.report);
    this.checkReference(ref, at(where, 'ref'));
    for (const [name, template] of Object.entries({ otherwise, reason, fix })) {
      this.checkTemplate(template, scope, at(where, name));
    }
  }

  private checkIdentity(): void {
    const { id, source, target } = this.context.identity;
    const { document, report } = this;
    const wanted = { id, source: at(source.platform, source.entity), target: at(target.platform, target.entity) };
    if (document.id !== id) report('id', 'different_mapping', `This is the mapping ${id}.`);
    for (const end of ['source', 'target'] as const) {
      const { platform, entity } = document[end];
      if (at(platform, entity) !== wanted[end])
        report(end, 'different_mapping', `The ${end} of ${id} is ${wanted[end]}.`);
    }
  }

  private checkTemplate(template: string, scope: SourceScope, where: string): void {
    for (const path of templatePaths(template)) checkPath(path, scope, where, this.report);
  }

  /** @param where the list of fields in the document; `owner` is where a field that is missing is reported. */
  private checkFields(
    fields: readonly Field[],
    scope: SourceScope,
    target: ObjectSchema | undefined,
    where: string,
    owner: string,
  ): void {
    fields.forEach((field, index) => {
      this.checkField(field, scope, target, at(where, index));
    });
    checkDuplicates(fields, where, this.report);
    if (!target) return;
    checkRequired(target, fields, owner, this.report);
    checkLists(target, fields, where, this.report);
  }

  private checkField(field: Field, scope: SourceScope, target: ObjectSchema | undefined, where: string): void {
    const { report } = this;
    if (field.when) checkCondition(field.when, scope, at(where, 'when'), report);
    const place = target && placeOf(target, field.to, where, report);
    if (field.fields) {
      this.checkElements(field, field.fields, scope, place, where);
      return;
    }
    const output = this.outputOf(field, scope, where);
    if (place) checkOutput(field, output, place, where, report);
  }

  private checkElements(
    field: Field,
    fields: readonly Field[],
    scope: SourceScope,
    place: RecordSchema | undefined,
    where: string,
  ): void {
    const { report } = this;
    if (field.to.includes('.')) {
      report(at(where, 'to'), 'invalid', 'A list of elements must be named by one name.');
    }
    const inner = { ...scope, ...(field.each === undefined ? {} : { item: this.elementOf(field.each, scope, where) }) };
    if (field.only) checkCondition(field.only, inner, at(where, 'only'), report);
    if (place && place.kind !== 'list' && place.kind !== 'any') {
      report(at(where, 'to'), 'wrong_type', `${field.to} is no list.`);
    }
    const of = place?.kind === 'list' && place.of.kind === 'object' ? place.of : undefined;
    this.checkFields(fields, inner, of, at(where, 'fields'), at(where, 'fields'));
  }

  private elementOf(each: string, scope: SourceScope, where: string): RecordSchema {
    const list = checkPath(each, scope, at(where, 'each'), this.report);
    if (list?.kind === 'list') return list.of;
    if (list && list.kind !== 'any') {
      this.report(at(where, 'each'), 'wrong_type', `${each} is no list.`);
    }
    return unknown.schema;
  }

  private outputOf(field: Field, scope: SourceScope, where: string): Output {
    const { report, context } = this;
    const output = outputOf(this.originOf(field, scope, where), field.via ?? [], scope, at(where, 'via'), report);
    if (field.step !== undefined && !context.steps.includes(field.step)) {
      const known = context.steps.join(', ') || 'none';
      report(
        at(where, 'step'),
        'unknown_step',
        `No document is made of the record as ${field.step} before this one: ${known}.`,
      );
    }
    if (field.ref === undefined) return output;
    this.checkReference(field.ref, at(where, 'ref'));
    // Whatever the source calls it, the target's own id is written.
    return unknown;
  }

  private checkReference(entity: string, where: string): void {
    const { references } = this.context;
    if (references.includes(entity)) return;
    const known = references.join(', ') || 'none';
    this.report(where, 'unknown_reference', `No flow brings ${entity} to this target; there are ${known}.`);
  }

  private originOf(field: Field, scope: SourceScope, where: string): Output {
    const { report } = this;
    if (field.step !== undefined) return unknown;
    if (field.template !== undefined) {
      this.checkTemplate(field.template, scope, at(where, 'template'));
      return { schema: { kind: 'text' } };
    }
    if (field.value !== undefined) return outputOfConstant(field.value);
    if (field.first) {
      const found = field.first.map((path, index) => checkPath(path, scope, at(where, 'first', index), report));
      const [first] = found;
      return first && found.every((each) => each?.kind === first.kind) ? { schema: first } : unknown;
    }
    if (field.from === undefined) return field.via ? unknown : this.withoutOrigin(where);
    const found = checkPath(field.from, scope, at(where, 'from'), report);
    // A path through a list gives a list.
    return field.from.includes('[]') && found ? { schema: { kind: 'list', of: found } } : outputOfSchema(found);
  }

  private withoutOrigin(where: string): Output {
    this.report(where, 'invalid', 'A field needs one of from, first, value, template, step or fields.');
    return unknown;
  }
}
