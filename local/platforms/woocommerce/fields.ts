import { list, type Params } from './params.ts';

type Tree = Map<string, Tree>;

/** `_fields=id,billing.email`: keeps only these members. Lists lose `_links`, a single record keeps them. */
export function selectFields(body: unknown, params: Params): unknown {
  const fields = list(params, '_fields');
  if (!fields || fields.length === 0) return body;
  const tree: Tree = new Map();
  for (const field of fields) plant(tree, field.split('.'));
  if (Array.isArray(body)) return body.map((record) => keep(record, tree));
  tree.set('_links', new Map());
  return keep(body, tree);
}

function plant(tree: Tree, [head, ...rest]: readonly string[]): void {
  if (head === undefined) return;
  const branch = tree.get(head) ?? new Map();
  tree.set(head, branch);
  plant(branch, rest);
}

function keep(value: unknown, tree: Tree): unknown {
  if (tree.size === 0 || value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => keep(item, tree));
  const members = Object.entries(value).filter(([name]) => tree.has(name));
  return Object.fromEntries(members.map(([name, member]) => [name, keep(member, tree.get(name) ?? new Map())]));
}
