import { useFlows } from '#web/components/flow-name.tsx';
import { mappingName, systemsOf, useMappings } from '#web/components/mapping-name.ts';
import { entityName, platformName } from '#web/components/text.tsx';
import { type AuditEntry, useApi } from '#web/lib/api.ts';
import { formatMonth } from '#web/lib/format.ts';
import { maybe, t } from '#web/lib/i18n/index.ts';
import { flowName } from './flow-name.tsx';

type Target = NonNullable<AuditEntry['target']>;

/**
 * What was acted on, by the name people know it by: `connection quickbooks` -> `QuickBooks`. What has no name, or none any
 * more, is told by its kind; the details have its id.
 */
export function useTargetName(): (target: Target) => string {
  const flows = useFlows();
  const mappings = useMappings();
  const schedules = useApi('listSchedules', { limit: 100 });
  const nameOf = ({ type, id }: Target): string | undefined => {
    switch (type) {
      case 'flow': {
        const flow = flows.get(id);
        return flow && flowName(flow);
      }
      case 'mapping': {
        const mapping = mappings.get(id);
        return mapping && `${mappingName(mapping)}, ${systemsOf(mapping)}`;
      }
      case 'schedule':
        return schedules.data?.items.find(({ schedule_id }) => schedule_id === id)?.name;
      case 'channel':
        return maybe('settings', `channel_${id}`);
      case 'month':
        return /^\d{4}-\d{2}$/.test(id) ? formatMonth(id) : undefined;
      default:
        return undefined;
    }
  };
  return (target) => {
    const { type, id } = target;
    if (type === 'connection') return platformName(id);
    if (type === 'entity') return entityName(id);
    const whole = maybe('settings', `target_${type}_${id}`);
    if (whole !== undefined) return whole;
    const kind = maybe('settings', `target_${type}`) ?? type.replaceAll('_', ' ');
    const name = nameOf(target);
    return name === undefined ? kind : t('settings.targetNamed', { kind, name });
  };
}
