import { matches } from '#local/cloud/iam/evaluate.ts';
import type { ApiBlueprint, RouteBlueprint } from '#local/cloud/template/api.ts';
import type { PermissionBlueprint } from '#local/cloud/template/blueprint.ts';
import { arn, type Place } from '#local/cloud/template/place.ts';

/** Whether a function's resource policy lets API Gateway invoke it for a route; without it AWS answers 500. */
export function isGranted(
  options: { readonly api: ApiBlueprint; readonly permissions: readonly PermissionBlueprint[]; readonly place: Place },
  route: RouteBlueprint,
): boolean {
  const [method, path] = route.key === '$default' ? ['$default', ''] : route.key.split(' ');
  const methodPart = method === 'ANY' ? '*' : method;
  const source = arn(options.place, 'execute-api', `${options.api.apiId}/${options.api.stage}/${methodPart}${path}`);
  return options.permissions.some(
    ({ functionName, principal, sourceArn }) =>
      functionName === route.functionName &&
      principal === 'apigateway.amazonaws.com' &&
      (sourceArn === undefined || matches(sourceArn, source)),
  );
}
