/** Where the embedded cloud pretends to be. The SQS emulator knows only this account. */
export const localAccount = '000000000000';
export const localRegion = 'us-east-1';

/** Values of the pseudo parameters and everything names are made from. */
export interface Place {
  readonly account: string;
  readonly region: string;
  readonly stackName: string;
  /** Base URL of the AWS gateway, e.g. `http://127.0.0.1:4566`: queue URLs start with it. */
  readonly gatewayUrl: string;
  /** Base URL of the HTTP API. */
  readonly apiUrl: string;
}

export function arn(place: Place, service: string, resource: string): string {
  return `arn:aws:${service}:${place.region}:${place.account}:${resource}`;
}

export function queueUrl(place: Place, name: string): string {
  return `${place.gatewayUrl}/${place.account}/${name}`;
}
