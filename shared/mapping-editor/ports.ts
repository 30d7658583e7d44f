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
