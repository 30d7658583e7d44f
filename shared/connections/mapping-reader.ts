import { fail } from '../core/failure.ts';
import type { MappingReader } from '../mapping-editor/ports.ts';
import type { ConnectionDeps } from './deps.ts';
import { openConnection } from './open-connection.ts';

/** Connections as people who edit mappings see them: to read only, a few records at a time. */
export function createMappingReader(deps: ConnectionDeps): MappingReader {
  return {
    async surroundings(tenantId, { source, target }) {
      const [from, to] = await Promise.all(
        [source, target].map(({ platform }) => deps.connections.find(tenantId, platform)),
      );
      return { store: from?.profile ?? {}, books: to?.profile ?? {}, settings: to?.settings ?? {} };
    },

    async read(tenantId, { source }, ids): ReturnType<MappingReader['read']> {
      const opened = await openConnection(deps, tenantId, source.platform);
      if (!opened.ok) return opened;
      const reader = deps.connectors[source.platform]?.openSource?.(opened.value.context);
      return reader ? reader.readByIds(source.entity, ids) : fail(cannotRead(source.platform));
    },
  };
}

function cannotRead(platform: string) {
  return {
    category: 'internal',
    code: 'mapping.no_source',
    reason: `There is no way to read records of ${platform}.`,
    fix: 'Give a record with the request instead.',
    retryable: false,
  } as const;
}
