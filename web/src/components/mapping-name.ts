import { type MappingInfo, useApi } from '#web/lib/api.ts';
import { nameOf } from '#web/lib/document.ts';
import { maybe, t } from '#web/lib/i18n/index.ts';
import { platformName } from './text.tsx';

type Ends = Pick<MappingInfo, 'source' | 'target'>;

const recordName = (entity: string): string => maybe('entity', entity) ?? nameOf(entity);

/** `Order to invoice` */
export const mappingName = ({ source, target }: Ends): string =>
  t('mappings.name', { source: recordName(source.entity), target: recordName(target.entity).toLowerCase() });

/** `WooCommerce to QuickBooks` */
export const systemsOf = ({ source, target }: Ends): string =>
  t('mappings.name', { source: platformName(source.platform), target: platformName(target.platform) });

export const endName = ({ platform, entity }: Ends['source']): string =>
  t('mappings.end', { platform: platformName(platform), entity: recordName(entity).toLowerCase() });

/** Mappings by id; empty until they are known. */
export function useMappings({ enabled = true } = {}): ReadonlyMap<string, MappingInfo> {
  const mappings = useApi('listMappings', {}, { enabled });
  return new Map(mappings.data?.items.map((info) => [info.mapping_id, info]));
}
