import { type AuditNote, changesOf } from '#shared/http/audit.ts';
import type { Connection } from '#shared/model/connection.ts';

const shown = ({ status, enabled, display_name }: Connection) => ({ status, enabled, display_name });

/** What changed about a connection. Its credentials have no place here, not even masked. */
export function connectionNote(before: Connection | undefined, after: Connection): AuditNote {
  return { target: { type: 'connection', id: after.platform }, ...changesOf(before && shown(before), shown(after)) };
}
