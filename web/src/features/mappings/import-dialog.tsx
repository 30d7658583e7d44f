import { ConfirmDialog } from '#web/components/dialog.tsx';
import { mappingName, systemsOf } from '#web/components/mapping-name.ts';
import { toast } from '#web/components/toast.tsx';
import { type ImportMappings, type MappingInfo, useAction } from '#web/lib/api.ts';
import { t } from '#web/lib/i18n/index.ts';

export interface ImportDialogProps {
  readonly body: ImportMappings;
  readonly known: readonly MappingInfo[];
  readonly onClose: () => void;
}

/** Says what a file would put to use, and does it: all of it, or nothing. */
export function ImportDialog({ body, known, onClose }: ImportDialogProps) {
  const count = body.mappings.length;
  const take = useAction('importMappings', {
    onSuccess: ({ items }) => {
      toast(t('mappings.imported', { count: items.length }));
      onClose();
    },
  });
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      onConfirm={() => take.mutate({ body })}
      title={t('mappings.importTitle', { count })}
      description={t('mappings.importHint')}
      confirmLabel={t('mappings.import')}
      {...(count > 1 ? { typed: count } : {})}
      busy={take.isPending}
      error={take.error}
    >
      <ul className="max-h-60 list-disc overflow-y-auto pl-4">
        {body.mappings.map(({ mapping_id }) => {
          const info = known.find((one) => one.mapping_id === mapping_id);
          return <li key={mapping_id}>{info ? `${mappingName(info)}, ${systemsOf(info)}` : mapping_id}</li>;
        })}
      </ul>
    </ConfirmDialog>
  );
}
