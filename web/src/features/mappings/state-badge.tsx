import { Badge } from '#web/components/badge.tsx';
import type { MappingInfo } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';

/** Whether a mapping is the one of the product, or which version of one's own it is. */
export function StateBadge({ info: { is_default, version } }: { readonly info: MappingInfo }) {
  if (is_default) return <Badge>{t('mappings.default')}</Badge>;
  return <Badge tone="accent">{t('mappings.ownVersion', { number: String(version) })}</Badge>;
}
