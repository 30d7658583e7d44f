import { createContext, useContext } from 'react';
import type { MappingPlace, Operation, SyncProblem } from '#web/lib/api.ts';

/** What the inputs of a document work on: a mapping, or a condition alone. */
export interface DocumentEditing {
  /** Puts a value to a path of the document: `fields[3].via[0].length`; undefined takes it away. */
  readonly update: (path: string, value: unknown) => void;
  readonly faults: readonly Pick<SyncProblem['errors'][number], 'path' | 'message'>[];
  /** Who may not sees its controls disabled, with the reason. */
  readonly needs: Operation;
  /** What can be read of a record; null where nothing is known of it. */
  readonly places: readonly MappingPlace[] | null;
  /** For a shopkeeper: places are chosen by their names, and only common comparisons are offered. */
  readonly isPlain: boolean;
}

export const DocumentContext = createContext<DocumentEditing | undefined>(undefined);

export function useDocument(): DocumentEditing {
  const editing = useContext(DocumentContext);
  if (!editing) throw new Error('outside of a document');
  return editing;
}

/** What is wrong at this very place, as one text. */
export function useFault(path: string): string | undefined {
  const found = useDocument().faults.filter((fault) => fault.path === path);
  return found.length === 0 ? undefined : found.map(({ message }) => message).join(' ');
}

/** What is known of a place of the record. */
export const usePlace = (path: string): MappingPlace | undefined =>
  useDocument().places?.find((place) => place.path === path);

/** Id of the list of places that can be read here; many inputs share it. */
export const PlacesContext = createContext<string | undefined>(undefined);
