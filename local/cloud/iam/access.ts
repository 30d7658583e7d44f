import type { Blueprint, RoleBlueprint } from '#local/cloud/template/blueprint.ts';
import type { Place } from '#local/cloud/template/place.ts';
import { isAllowed, type Need } from './evaluate.ts';
import { commonContext } from './needs.ts';

/** The identity that may do everything: for tests and for setting a stage. */
export const testAccessKeyId = 'test';

/** Who an access key stands for. */
interface Caller {
  /** `arn:aws:sts::000000000000:assumed-role/<role>/<function>` */
  readonly arn: string;
  /** Undefined: may do everything. */
  readonly role: RoleBlueprint | undefined;
}

export interface Access {
  caller(accessKeyId: string): Caller | undefined;
  /** The first need that the caller's role does not allow. */
  refused(caller: Caller, needs: readonly Need[]): Need | undefined;
  /** The same for a role that a service assumes, such as a schedule's. */
  roleAllows(roleArn: string, need: Need): boolean;
}

/** Access key id of a function: how the gateway knows which role is calling. */
export function accessKeyId(functionName: string): string {
  return `local-${functionName}`;
}

export function createAccess(blueprint: Blueprint, place: Place): Access {
  const roles = new Map(blueprint.roles.map((role) => [role.arn, role]));
  const callers = new Map<string, Caller>();
  callers.set(testAccessKeyId, { arn: `arn:aws:iam::${place.account}:user/test`, role: undefined });
  for (const fn of blueprint.functions) {
    const role = roles.get(fn.roleArn);
    if (!role) continue;
    const callerArn = `arn:aws:sts::${place.account}:assumed-role/${role.name}/${fn.name}`;
    callers.set(accessKeyId(fn.name), { arn: callerArn, role });
  }
  const common = commonContext(place);
  const decisions = new Map<string, boolean>();

  function allows(role: RoleBlueprint, need: Need): boolean {
    const context = { ...common, 'aws:principalarn': [role.arn], ...need.context };
    if (need.context) return isAllowed(role.clauses, { ...need, context });
    const key = `${role.arn} ${need.action} ${need.resource}`;
    const known = decisions.get(key);
    if (known !== undefined) return known;
    if (decisions.size > 20_000) decisions.clear();
    const allowed = isAllowed(role.clauses, { ...need, context });
    decisions.set(key, allowed);
    return allowed;
  }

  return {
    caller: (id) => callers.get(id),
    refused: ({ role }, needs) => (role ? needs.find((need) => !allows(role, need)) : undefined),
    roleAllows: (roleArn, need) => {
      const role = roles.get(roleArn);
      return role !== undefined && allows(role, need);
    },
  };
}
