/** A CloudFormation template as `cdk synth` writes it, before anything is resolved. */
export interface Template {
  readonly Parameters?: Readonly<Record<string, { readonly Type: string; readonly Default?: unknown }>> | undefined;
  readonly Conditions?: Readonly<Record<string, unknown>> | undefined;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Props>>>> | undefined;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?:
    | Readonly<Record<string, { readonly Value: unknown; readonly Condition?: string | undefined }>>
    | undefined;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Props | undefined;
  readonly Condition?: string | undefined;
  readonly Metadata?: Props | undefined;
}

/** Properties of a resource: unresolved in a template, plain data in a {@link ResolvedResource}. */
export type Props = Readonly<Record<string, unknown>>;

/** A resource whose properties hold no intrinsic function any more. */
export interface ResolvedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly props: Props;
  readonly metadata: Props;
}

/** Something in the template that the embedded cloud cannot honour; the message names the resource. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The records in a list property; an absent property is an empty list. */
export function records(value: unknown): readonly Props[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** The strings in a property that may be one string or a list of them. */
export function strings(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

export function optionalText(props: Props, key: string): string | undefined {
  const value = props[key];
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** @throws TemplateError when the property is missing. */
export function text(resource: ResolvedResource, key: string): string {
  const value = optionalText(resource.props, key);
  if (value === undefined) throw new TemplateError(`${resource.type} ${resource.logicalId} has no ${key}`);
  return value;
}

/** CloudFormation accepts numbers as text; an absent property is the fallback. */
export function number(props: Props, key: string, fallback: number): number {
  const value = Number(props[key] ?? fallback);
  return Number.isFinite(value) ? value : fallback;
}

export function record(props: Props, key: string): Props {
  const value = props[key];
  return isRecord(value) ? value : {};
}

/** CloudFormation accepts `"true"` as well as `true`. */
export function flag(props: Props, key: string): boolean {
  return props[key] === true || props[key] === 'true';
}

/** The name in a function's name or ARN; a version or alias after it is dropped. */
export function functionName(nameOrArn: string): string {
  const afterArn = nameOrArn.includes(':function:') ? nameOrArn.split(':function:')[1] : nameOrArn;
  return afterArn?.split(':')[0] ?? nameOrArn;
}
