import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Contract, changesState, type Role, roles } from '../shared/api/contract.ts';
import { contracts } from '../shared/api/contracts.ts';

const meanings: Readonly<Record<Role, string>> = {
  viewer: 'reads',
  manager: 'also runs and fixes',
  admin: 'also connects and configures',
};

/** docs/roles.md: which role may call which endpoint, and which calls the audit log shows. */
export function rolesPage(endpoints: readonly Contract[]): string {
  const header = ['Endpoint', ...roles, 'Audit log'];
  const lines = [header, header.map(() => '---'), ...endpoints.map(row)];
  return `# Roles

Made by \`npm run roles\` from the [contracts](../shared/api/contracts.ts); a test fails when it is out of date.

The claim \`role\` of the token says what a person may do:

${roles.map((role) => `- *${role}* ${meanings[role]}`).join('\n')}

Without a role nothing is allowed but what is public. Who calls with too little gets 403 \`auth.forbidden\`; on an endpoint
that changes something, that try is in the audit log too.

${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}

*public*: no token needed. The tests call each endpoint over HTTP without a token and with each role
([contracts.test.ts](../test/api/contracts.test.ts)), and each that changes something for its entry
([audit.test.ts](../test/api/audit.test.ts)).
`;
}

function row(contract: Contract): string[] {
  const { method, path, auth } = contract;
  const allowed = roles.map((role) => {
    if (auth === 'public') return 'public';
    return roles.indexOf(role) >= roles.indexOf(auth) ? 'yes' : 'no';
  });
  return [`\`${method} ${path}\``, ...allowed, changesState(contract) ? `\`${contract.name}\`` : '-'];
}

if (import.meta.main) await writeFile(join(import.meta.dirname, '../docs/roles.md'), rolesPage(contracts));
