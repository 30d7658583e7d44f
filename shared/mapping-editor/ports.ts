import type { ReadPage } from '../connectors/source.ts';
import type { Result } from '../core/failure.ts';
import type { Surroundings } from '../mapping/scope.ts';
import type { MappingVersion } from '../model/mapping-version.ts';

/** Versions of mappings by workspace. Implemented in shared/data. */
export interface MappingRepository {
  /** The version in use of each mapping that was ever saved. */
  listActive(tenantId: string): Promise<MappingVersion[]>;
  find(tenantId: string, mappingId: string, version: number): Promise<MappingVersion | undefined>;
  /** Newest first; `after` is the version before the page. */
  list(
    tenantId: string,
    mappingId: string,
    page: { readonly limit: number; readonly after?: number | undefined },
  ): Promise<{ versions: MappingVersion[]; next?: number }>;
  /**
   * Adds these versions and puts them to use, all or none. False: of one of them, the version in use is not the one
   * before any more.
   */
  save(versions: readonly MappingVersion[]): Promise<boolean>;
}

/** Both ends of a mapping. */
export interface MappingEnds {
  readonly source: { readonly platform: string; readonly entity: string };
  readonly target: { readonly platform: string };
}

/** Reads what mappings see. Implemented in shared/connections. */
export interface MappingReader {
  /** What stands beside every record; members of a platform that is not connected are empty. */
  surroundings(tenantId: string, ends: MappingEnds): Promise<Omit<Surroundings, 'state'>>;
  /** Records of the source by id, for which its platform is asked; ids that do not exist are not in the answer. */
  read(
    tenantId: string,
    ends: MappingEnds,
    ids: readonly string[],
  ): Promise<Result<Pick<ReadPage, 'records' | 'rejected'>>>;
}
