import { useState } from 'react';
import { ConfirmDialog } from '#web/components/dialog.tsx';
import { Field, Input } from '#web/components/field.tsx';
import { ScrollArea } from '#web/components/scroll-area.tsx';
import { toast } from '#web/components/toast.tsx';
import { type Mapping, useAction } from '#web/lib/api.ts';
import type { Document } from '#web/lib/document.ts';
import { t } from '#web/lib/i18n/index.ts';
import { Differences } from './versions-tab.tsx';

export interface SaveDialogProps {
  readonly mapping: Mapping;
  readonly draft: Document;
  readonly onClose: () => void;
  readonly onSaved: (mapping: Mapping) => void;
}

/** Shows what changes, asks why, and puts the draft to use as the next version. */
export function SaveDialog({ mapping, draft, onClose, onSaved }: SaveDialogProps) {
  const [comment, setComment] = useState('');
  const save = useAction('putMapping', {
    changes: ['listMappings', 'listMappingVersions', 'getMapping'],
    onSuccess: (saved) => {
      toast(t('mappings.saved', { number: String(saved.version) }));
      onSaved(saved);
    },
  });
  const body = { document: draft, expected_version: mapping.version, comment: comment.trim() || null };
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      onConfirm={() => save.mutate({ mapping_id: mapping.mapping_id, body })}
      title={t('mappings.saveTitle')}
      description={t('mappings.saveHint')}
      confirmLabel={t('common.save')}
      busy={save.isPending}
      error={save.error}
    >
      <ScrollArea label={t('mappings.differences')} className="max-h-60">
        <Differences before={mapping.document} after={draft} />
      </ScrollArea>
      <Field label={t('mappings.comment')} optional>
        <Input value={comment} maxLength={500} onChange={({ target }) => setComment(target.value)} />
      </Field>
    </ConfirmDialog>
  );
}
