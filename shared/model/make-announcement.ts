import { contentHash } from '../core/json.ts';
import { type Announcement, type AnnouncementKind, announcementKinds } from './announcement.ts';

/** What only the one who announces knows. */
export interface Happening extends Pick<Announcement, 'tenant_id' | 'kind' | 'at' | 'title' | 'detail'> {
  readonly kind: AnnouncementKind;
  /** What tells this happening from others of its kind; the same again is the same announcement. */
  readonly identity: readonly unknown[];
  readonly fix?: string | null;
  readonly platforms?: readonly string[];
  readonly entity?: string | null;
  /** Beside the kind, what makes happenings one cause. Default: the platforms. */
  readonly cause?: readonly string[];
  readonly subject?: Announcement['subject'];
  readonly data?: Announcement['data'];
}

export function makeAnnouncement(happening: Happening): Announcement {
  const { tenant_id, kind, at, title, detail, identity, platforms = [], cause = platforms } = happening;
  return {
    tenant_id,
    event_id: contentHash([tenant_id, kind, identity]),
    kind,
    severity: announcementKinds[kind],
    at,
    title,
    detail,
    fix: happening.fix ?? null,
    platforms: [...platforms],
    entity: happening.entity ?? null,
    cause: [kind, ...cause].join('/'),
    subject: happening.subject ?? null,
    data: happening.data ?? {},
  };
}
