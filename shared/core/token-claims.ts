/** What our tokens say of a person, beside the standard's `sub`. */
export type OwnClaim = 'tenant_id' | 'role';

/**
 * A claim by its name, or by the name that a user pool of Cognito gives to attributes of ours: `custom:tenant_id`.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
 */
export const ownClaim = (claims: Readonly<Record<string, unknown>>, name: OwnClaim): unknown =>
  claims[name] ?? claims[`custom:${name}`];
