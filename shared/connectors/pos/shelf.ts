import type { ConnectionContext } from '../connector.ts';
import type { Shelf } from '../shelf.ts';

/** The shelf of this connection. @throws Error in a function that was assembled without one. */
export function shelfOf({ shelf }: ConnectionContext): Shelf {
  if (!shelf) throw new Error('this function has no shelf for the POS');
  return shelf;
}
