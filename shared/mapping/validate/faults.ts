/** One fault of a mapping document: where in the document (`fields[3].via[0].length`), what kind, a sentence for people. */
export interface MappingFault {
  readonly path: string;
  readonly code: MappingFaultCode;
  readonly message: string;
}

/** Kinds of faults; docs/mappings.md explains them. */
export const mappingFaultCodes = [
  'invalid',
  'unknown_member',
  'unknown_transform',
  'too_large',
  'too_deep',
  'too_many_fields',
  'different_mapping',
  'unknown_source_path',
  'unknown_target_field',
  'wrong_type',
  'read_only_field',
  'required_field_missing',
  'may_be_too_long',
  'value_not_allowed',
  'too_many_elements',
  'duplicate_target',
  'unknown_reference',
  'unknown_step',
  'invalid_expression',
  'unknown_zone',
] as const;
export type MappingFaultCode = (typeof mappingFaultCodes)[number];

/** Takes faults as they are found, so that one pass finds all of them. */
export type Report = (path: string, code: MappingFaultCode, message: string) => void;

export const at = (...parts: readonly (string | number)[]): string =>
  parts
    .filter((part) => part !== '')
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');
