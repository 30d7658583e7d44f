import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Contract } from '#shared/api/contract.ts';
import { contracts } from '#shared/api/contracts.ts';
import { rolesPage } from '../../scripts/roles.ts';

const aContract: Contract = {
  name: 'readThing',
  group: 'meta',
  method: 'GET',
  path: '/api/thing',
  summary: '',
  auth: 'manager',
  responses: {},
};

describe('docs/roles.md', () => {
  it('is what npm run roles makes of the contracts', () => {
    expect(readFileSync(new URL('../../docs/roles.md', import.meta.url), 'utf8')).toBe(rolesPage(contracts));
  });

  it('has a row for each endpoint with what each role may do', () => {
    const rows = (contract: Partial<Contract>) => rolesPage([{ ...aContract, ...contract }]).match(/^\| `.*$/gm);
    expect(rows({})).toEqual(['| `GET /api/thing` | no | yes | yes | - |']);
    expect(rows({ method: 'POST', auth: 'admin' })).toEqual(['| `POST /api/thing` | no | no | yes | `readThing` |']);
    expect(rows({ auth: 'public', changes: true })).toEqual([
      '| `GET /api/thing` | public | public | public | `readThing` |',
    ]);
  });
});
