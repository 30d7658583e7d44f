import type { SimReply } from '../kit.ts';

/** A refusal in WordPress's shape `{code, message, data: {status, ...}}`. */
export class WooError extends Error {
  override readonly name = 'WooError';
  readonly status: number;
  readonly code: string;
  /** Usually an object with the status; refund failures carry the bare number. */
  readonly data: unknown;

  constructor(status: number, code: string, message: string, data: unknown = { status }) {
    super(message);
    this.status = status;
    this.code = code;
    this.data = data;
  }
}

export function errorReply(error: WooError): SimReply {
  return { status: error.status, body: { code: error.code, message: error.message, data: error.data } };
}

export interface ParamProblem {
  readonly code: string;
  readonly message: string;
}

/** 400 with one entry per refused parameter. */
export function invalidParams(problems: Readonly<Record<string, ParamProblem>>): WooError {
  const names = Object.keys(problems);
  const params = Object.fromEntries(names.map((name) => [name, problems[name]?.message]));
  const details = Object.fromEntries(names.map((name) => [name, { ...problems[name], data: null }]));
  return new WooError(400, 'rest_invalid_param', `Invalid parameter(s): ${names.join(', ')}`, {
    status: 400,
    params,
    details,
  });
}

export function noRoute(): WooError {
  return new WooError(404, 'rest_no_route', 'No route was found matching the URL and request method.');
}

export function invalidId(entity: string, status = 404): WooError {
  return new WooError(status, `woocommerce_rest_${entity}_invalid_id`, 'Invalid ID.');
}
