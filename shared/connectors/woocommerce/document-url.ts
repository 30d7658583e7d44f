import type { Connector } from '../connector.ts';

/**
 * Pages of wp-admin. Orders are posts to this page also where they are kept in tables of their own (HPOS): WooCommerce then
 * sends the browser on to `admin.php?page=wc-orders`.
 */
export const documentUrl: NonNullable<Connector['documentUrl']> = (entity, id, profile) => {
  const { store_url: store } = profile;
  // A refund is a part of its order's page.
  if (entity === 'refund') return documentUrl('order', id.split(':')[0] ?? '', profile);
  if (typeof store !== 'string' || !/^\d+$/.test(id)) return undefined;
  if (entity === 'customer') return `${store}/wp-admin/user-edit.php?user_id=${id}`;
  return ['order', 'product'].includes(entity) ? `${store}/wp-admin/post.php?post=${id}&action=edit` : undefined;
};
