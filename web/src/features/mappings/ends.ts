import { platformName } from '#web/components/text.tsx';
import type { MappingInfo } from '#web/lib/api.ts';
import { maybe, t } from '#web/lib/i18n/index.ts';
import { nameOf } from './model.ts';

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
